package io.troupe.actors.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.history.RunSummary.State;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in a run's folder, it is told in words, and does no harm. */
class HostileFilesTest {
  @TempDir Path folder;

  private static final EventPage.Query ANY =
      new EventPage.Query(100, OptionalLong.empty(), Set.of(), "");

  @Test
  void aLineOfAnyLengthIsPassedOver() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0).step(10, 1);
    byte[] piece = new byte[1 << 20];
    Arrays.fill(piece, (byte) 'x');
    try (OutputStream out =
        Files.newOutputStream(run.directory().events(), StandardOpenOption.APPEND)) {
      for (int i = 0; i < 40; i++) {
        out.write(piece);
      }
      out.write('\n');
    }
    run.step(20, 2).event("grid", 20, "of_step", 20);
    // Without an end, and without one again.
    try (OutputStream out =
        Files.newOutputStream(run.directory().events(), StandardOpenOption.APPEND)) {
      out.write(piece);
      out.write(piece);
    }
    RunHistory history = run.history();

    assertThat(history.curves(10, 0, 100).step()).containsExactly(10L, 20L);
    assertThat(history.unreadable()).isEqualTo(1);
    List<String> found = new ArrayList<>();
    OptionalLong before = OptionalLong.empty();
    int pages = 0;
    do {
      EventPage page = history.events(new EventPage.Query(100, before, Set.of(), ""));
      page.events().forEach(event -> found.add(event.path("event").asText()));
      before = page.before();
      pages++;
    } while (before.isPresent());
    assertThat(found).containsExactly("grid", "started");
    // No page looks at more than a part of the file.
    assertThat(pages).isGreaterThan(2);
    run.raw("\n").step(30, 3);
    assertThat(history.curves(10, 0, 100).step()).containsExactly(10L, 20L, 30L);
  }

  @Test
  void linesThatAreNoEventsAreCounted() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.raw("\u0000\u0001binary\n\n[1]\n7 {}\n{\"event\":\"step\",\"step\":1} x\n{\"event\":5}\n");
    run.raw("{\"event\":\"step\",\"step\":1e999,\"discriminator_loss\":\"NaN\",\"time\":7}\n");
    run.raw("{\"event\":\"step\",\"step\":99999999999999999999,\"x\":{\"y\":[1,2]},\"z\":1}\n");
    run.raw("{\"event\":\"rollback\",\"to_step\":\"x\"}\n{\"event\":\"evaluation-finished\"}\n");
    run.raw("{\"event\":\"step\",\"step\":5,\"discriminator_loss\":1e400}\n");
    RunHistory history = run.history();

    assertThat(history.unreadable()).isEqualTo(6);
    assertThat(history.curves(10, 0, 100).step()).containsExactly(5L);
    assertThat(history.summary().state()).isEqualTo(State.GONE);
  }

  @Test
  void filesThatAreNoneOrNobodysToReadAreSaidSo() throws Exception {
    JournalFixture run = new JournalFixture(folder.resolve("run")).settings();
    Files.createDirectory(run.directory().events());
    assertThat(run.history().curves(10, 0, 100).step()).isEmpty();
    assertThat(run.history().summary().state()).isEqualTo(State.EMPTY);

    Files.delete(run.directory().events());
    Path other = Files.writeString(folder.resolve("other"), "{\"event\":\"started\",\"step\":0}\n");
    Files.createSymbolicLink(run.directory().events(), other);
    assertThat(run.history().curves(10, 0, 100).rows()).isZero();
    assertThat(run.history().events(ANY).events()).isEmpty();

    run.write(run.directory().config(), "a = ${b}\nb = ${a}");
    assertThat(run.history().summary().steps()).isZero();
    assertThat(run.history().settings().problem().orElseThrow()).contains("substitutions");
    run.write(run.directory().config(), "{".repeat(100_000));
    assertThat(run.history().settings().problem()).isPresent();
    assertThat(run.history().summary().preset()).isEmpty();
  }

  @Test
  void anotherVersionsFilesAreReadAsFarAsTheyGo() throws Exception {
    JournalFixture run = new JournalFixture(folder);
    run.write(
        run.directory().config(),
        "preset = old\ntraining.steps = 70\ntraining.flavour = 3\ncheckpoints.best = taste\n");
    run.event("started", 0).event("tasted", 5, "flavour", "sweet").scores(5, Map.of("taste", 3.0));

    RunSummary summary = run.history().summary();

    assertThat(summary.preset()).hasValue("old");
    assertThat(summary.steps()).isEqualTo(70);
    assertThat(summary.score()).isEmpty();
    assertThat(run.history().classes()).isEmpty();
    assertThat(run.history().grids().rows()).isEmpty();
    assertThat(run.history().grids().picture()).isEmpty();
    assertThat(run.history().events(ANY).kinds()).containsEntry("tasted", 1L);
  }

  @Test
  void linksAndFilesOfOtherPlacesAreNotTheRuns() throws Exception {
    JournalFixture run = new JournalFixture(folder.resolve("run")).settings();
    Path secret = Files.writeString(folder.resolve("secret.png"), "secret");
    Path samples = Files.createDirectories(run.directory().samples());
    Files.createSymbolicLink(samples.resolve("step-000000010.png"), secret);
    Files.writeString(samples.resolve("step-000000020.png"), "x");
    Files.createDirectory(samples.resolve("step-000000030.png"));
    Files.createSymbolicLink(run.directory().metrics(), folder);

    assertThat(run.history().grids().grids())
        .extracting(GridList.Row::file)
        .containsExactly("step-000000020.png");
    assertThat(RunFiles.list(run.directory().metrics(), ".png")).isEmpty();
    assertThat(RunFiles.find(samples, ".png", "../run/samples/step-000000020.png")).isEmpty();
    Files.createSymbolicLink(run.directory().log(), secret);
    assertThat(run.history().log(100).text()).isEmpty();
    assertThat(new String(Files.readAllBytes(secret), StandardCharsets.UTF_8)).isEqualTo("secret");
  }
}
