package io.troupe.actors.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.troupe.metrics.ScoreName.Direction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
  private static final long ALL = Long.MAX_VALUE;

  @TempDir Path folder;

  private static Curves.Series series(Curves curves, String name) {
    return curves.series().stream().filter(one -> one.name().equals(name)).findFirst().get();
  }

  private static Curves.ScoreCurve score(Curves curves, String name) {
    return curves.scores().stream().filter(one -> one.name().equals(name)).findFirst().get();
  }

  @Test
  void aPointIsTheMeanAndTheRangeOfItsEvents() throws Exception {
    JournalFixture run = new JournalFixture(folder);
    run.settings("training.batch=10", "training.discriminator-steps=2").event("started", 0);
    List<Double> losses = new Random(1).doubles(97, -5, 5).boxed().toList();
    for (int i = 0; i < losses.size(); i++) {
      run.after(1).step(3L * (i + 1), losses.get(i));
    }

    Curves curves = run.history().curves(10, 0, ALL);

    assertThat(curves.step()).hasSize(10).isSorted().endsWith(291L);
    assertThat(curves.images()).isEqualTo(curves.step().stream().map(step -> 20 * step).toList());
    assertThat(curves.rows()).isEqualTo(97);
    Curves.Series loss = series(curves, "discriminator_loss");
    assertThat(loss.group()).isEqualTo("loss");
    // Each point has the events after the point before it.
    int first = 0;
    for (int point = 0; point < 10; point++) {
      int end = (int) (curves.step().get(point) / 3);
      List<Double> part = losses.subList(first, end);
      assertThat(part.size()).isBetween(9, 10);
      double mean = part.stream().mapToDouble(each -> each).average().orElseThrow();
      assertThat((double) loss.mean().get(point)).isCloseTo(mean, within(1e-5));
      assertThat(loss.low().get().get(point)).isEqualTo(Collections.min(part).floatValue());
      assertThat(loss.high().get().get(point)).isEqualTo(Collections.max(part).floatValue());
      first = end;
    }
  }

  @Test
  void fewEventsAreThePointsThemselvesAndAPartCanBeLookedAt() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    IntStream.rangeClosed(1, 20).forEach(step -> run.after(1).step(10L * step, step));

    Curves all = run.history().curves(800, 0, ALL);
    Curves part = run.history().curves(800, 41, 80);

    assertThat(all.step()).hasSize(20);
    assertThat(series(all, "discriminator_loss").low()).isEmpty();
    assertThat(part.step()).containsExactly(50L, 60L, 70L, 80L);
    assertThat(series(part, "discriminator_loss").mean()).containsExactly(5f, 6f, 7f, 8f);
    assertThat(run.history().curves(800, 500, 600).step()).isEmpty();
    assertThat(run.history().curves(800, 90, 20).step()).isEmpty();
  }

  @Test
  void whatARollbackOrAResumeTookBackIsNotInTheCurves() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.step(10, 1).step(20, 2).step(30, 3).scores(30, Map.of("fid", 30.0));
    run.event("checkpoint", 30, "of_step", 20).event("checkpoint", 30, "of_step", 30);
    run.event("rollback", 34, "reason", "losses were not finite", "to_step", 20);
    // Scores of a step that is no more, which come late.
    run.event("evaluation-finished", 20, "of_step", 30, "scores", Map.of("fid", 1.0));
    run.event("resumed", 20).step(30, 33).step(40, 44).scores(40, Map.of("fid", 25.0));
    run.event("resumed", 30).step(40, 444);

    Curves curves = run.history().curves(800, 0, ALL);

    assertThat(curves.step()).containsExactly(10L, 20L, 30L, 40L);
    assertThat(series(curves, "discriminator_loss").mean()).containsExactly(1f, 2f, 33f, 444f);
    assertThat(curves.scores()).isEmpty();
    assertThat(curves.marks())
        .extracting(Mark::kind, Mark::step)
        .containsExactly(
            tuple("checkpoint", 20L),
            tuple("rollback", 20L),
            tuple("resumed", 20L),
            tuple("resumed", 30L));
    assertThat(curves.marks().get(1).text()).isEqualTo("from step 34: losses were not finite");
  }

  @Test
  void hoursAreThoseInTraining() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings();
    run.event("started", 0, "pid", 7).after(3600).step(10, 1);
    run.event("paused", 10).after(7200).event("grid", 10).after(100).event("continued", 10);
    run.after(1800).step(20, 1);
    // Killed. The next daemon says something before it goes on, and a day has gone by.
    run.after(86_400).event("settings", 20, "key", "a", "from", "1", "to", "2");
    run.after(60).event("branched", 20);
    run.after(60).event("resumed", 20, "pid", 8).after(1800).step(30, 1);
    run.after(360).event("rollback", 33, "to_step", 20, "reason", "x");
    run.after(360).event("resumed", 20, "pid", 8).after(3600).step(30, 1);
    // Killed between a rollback and what follows.
    run.event("rollback", 33, "to_step", 20, "reason", "x").after(86_400);
    run.event("resumed", 20, "pid", 9).after(3600).step(30, 1).event("stopped", 30);
    run.after(86_400).event("command", 30, "command", "stop");

    assertThat(run.history().curves(800, 0, ALL).hours())
        .containsExactly(1f, 1.5f, 1 + 0.5f + 0.5f + 0.2f + 1 + 1);
    assertThat(run.history().summary().elapsedSeconds()).isEqualTo(4.2 * 3600);
  }

  @Test
  void scoresHaveTheirDirectionTheirBestAndTheirDeviation() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.after(3600).step(10, 1).scores(10, Map.of("fd_cifar", 9.0, "is_cifar", 2.0));
    run.after(3600).step(20, 1);
    run.scores(20, Map.of("fd_cifar", 7.0, "is_cifar", 3.0, "is_cifar_std", 0.25));
    run.after(3600).step(30, 1).scores(30, Map.of("fd_cifar", 8.0, "other", 1.0));

    Curves curves = run.history().curves(800, 0, ALL);

    assertThat(curves.scores())
        .extracting(Curves.ScoreCurve::name)
        .containsExactly("fd_cifar", "is_cifar", "other");
    Curves.ScoreCurve distance = score(curves, "fd_cifar");
    assertThat(distance.label()).isEqualTo("FD (cifar)");
    assertThat(distance.direction()).hasValue(Direction.LOWER);
    assertThat(distance.value()).containsExactly(9.0, 7.0, 8.0);
    assertThat(distance.hours()).containsExactly(1f, 2f, 3f);
    assertThat(distance.best()).hasValue(new ScoreSpan.At(20, 7));
    Curves.ScoreCurve inception = score(curves, "is_cifar");
    assertThat(inception.direction()).hasValue(Direction.HIGHER);
    assertThat(inception.best()).hasValue(new ScoreSpan.At(20, 3));
    assertThat(inception.deviation().get()).containsExactly(Double.NaN, 0.25);
    assertThat(score(curves, "other").direction()).isEmpty();
    assertThat(score(curves, "other").best()).isEmpty();
    // The best is that of the whole run.
    assertThat(score(run.history().curves(800, 25, 40), "fd_cifar").best())
        .hasValue(new ScoreSpan.At(20, 7));
  }

  @Test
  void aGrowingJournalGivesWhatAWholeOneGives() throws Exception {
    JournalFixture whole = new JournalFixture(folder.resolve("whole")).settings();
    whole.event("started", 0);
    for (int step = 1; step <= 400; step++) {
      whole.after(1).step(step, Math.sin(step));
      if (step % 100 == 0) {
        whole.scores(step, Map.of("fid", 1000.0 / step));
      }
      if (step == 250) {
        whole.event("rollback", 250, "to_step", 200, "reason", "x").event("resumed", 200);
      }
    }
    byte[] bytes = Files.readAllBytes(whole.directory().events());
    JournalFixture growing = new JournalFixture(folder.resolve("growing")).settings();
    RunHistory history = growing.history();
    Random random = new Random(2);
    int written = 0;
    while (written < bytes.length) {
      int next = Math.min(bytes.length, written + random.nextInt(3000));
      growing.raw(new String(bytes, written, next - written, UTF_8));
      history.curves(50, 0, ALL);
      written = next;
    }

    assertThat(history.curves(50, 0, ALL)).isEqualTo(whole.history().curves(50, 0, ALL));
    assertThat(history.curves(50, 0, ALL).rows()).isEqualTo(350);
  }

  @Test
  void aJournalThatIsAnotherOneIsReadFromItsBeginning() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.step(10, 1).step(20, 2).scores(20, Map.of("fid", 2.0));
    RunHistory history = run.history();
    assertThat(history.curves(800, 0, ALL).step()).hasSize(2);
    String version = history.version().orElseThrow();
    Path events = run.directory().events();

    Files.delete(events);
    assertThat(history.curves(800, 0, ALL).step()).isEmpty();
    run.after(5).event("started", 0).step(10, 7).step(20, 8).step(30, 9).step(40, 10);
    assertThat(history.version().orElseThrow()).isNotEqualTo(version);
    assertThat(series(history.curves(800, 0, ALL), "discriminator_loss").mean())
        .containsExactly(7f, 8f, 9f, 10f);
    assertThat(history.curves(800, 0, ALL).scores()).isEmpty();

    // In its place, and longer: only its content tells.
    String other = Files.readString(events).replace("2026-01", "2027-01").replace(":7.0", ":70.0");
    Files.writeString(events, other);
    assertThat(series(history.curves(800, 0, ALL), "discriminator_loss").mean()).startsWith(70f);
    Files.writeString(events, "");
    assertThat(history.curves(800, 0, ALL).step()).isEmpty();
  }

  @Test
  void ofMoreRowsThanThereMayBeEverySecondIsKept() throws Exception {
    JournalFixture run = new JournalFixture(folder).event("started", 0);
    IntStream.rangeClosed(1, 1000).forEach(step -> run.step(step, step));
    Journal journal = new Journal(run.directory().events(), 100);

    journal.refresh();

    StepTable steps = journal.steps();
    assertThat(steps.rows()).isBetween(50, 100);
    List<Integer> differences = new ArrayList<>();
    for (int row = 0; row < steps.rows(); row++) {
      assertThat(steps.column("discriminator_loss")[row]).isEqualTo((float) steps.step(row));
      differences.add(row == 0 ? 16 : steps.step(row) - steps.step(row - 1));
    }
    assertThat(differences).containsOnly(16);
  }
}
