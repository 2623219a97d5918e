package io.troupe.actors.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, checkpoints, settings, pictures and the log. */
class RecordsTest {
  @TempDir Path folder;

  private static List<Long> steps(EventPage page) {
    return page.events().stream().map(event -> event.path("step").asLong()).toList();
  }

  @Test
  void eventsComeNewestFirstPageByPage() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings();
    List<Long> expected = new ArrayList<>();
    for (long step = 1; step <= 2000; step++) {
      run.step(step, 1);
      if (step % 7 == 0) {
        run.event("checkpoint", step, "of_step", step, "file", "x".repeat((int) step % 300));
        expected.add(0, step);
      }
    }
    RunHistory history = run.history();
    List<Long> found = new ArrayList<>();
    OptionalLong before = OptionalLong.empty();
    do {
      EventPage page = history.events(new EventPage.Query(30, before, Set.of(), ""));
      assertThat(page.events()).hasSizeLessThanOrEqualTo(30);
      found.addAll(steps(page));
      before = page.before();
      // What comes meanwhile is in no later page.
      run.event("grid", 9999);
    } while (before.isPresent());

    assertThat(found).isEqualTo(expected);
    assertThat(history.events(new EventPage.Query(1, before, Set.of(), "")).kinds())
        .containsEntry("step", 2000L)
        .containsEntry("checkpoint", (long) expected.size());
  }

  @Test
  void eventsAreFilteredByKindAndText() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.step(1, 1).event("grid-failed", 1, "reason", "Disk full").step(2, 2);
    run.event("degraded", 2, "helper", "sampler", "cause", "disk FULL").raw("{\"event\":\"gr");
    RunHistory history = run.history();

    assertThat(
            steps(history.events(new EventPage.Query(9, OptionalLong.empty(), Set.of("step"), ""))))
        .containsExactly(2L, 1L);
    assertThat(
            history
                .events(new EventPage.Query(9, OptionalLong.empty(), Set.of(), "disk full"))
                .events())
        .extracting(event -> event.path("event").asText())
        .containsExactly("degraded", "grid-failed");
    assertThat(
            history
                .events(
                    new EventPage.Query(9, OptionalLong.empty(), Set.of("started", "degraded"), ""))
                .events())
        .hasSize(2);
  }

  @Test
  void checkpointsAreListedWithWhatTheJournalKnows() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    Path checkpoints = run.directory().checkpoints();
    run.step(30, 1).event("checkpoint", 30, "of_step", 20, "sha256", "ab");
    run.scores(20, Map.of("fid", 9.5)).scores(10, Map.of("fid", 8.5, "is_cifar", 3.0));
    run.write(checkpoints.resolve("step-000000030.ckpt"), "abc");
    run.write(checkpoints.resolve("step-000000020.ckpt"), "ab");
    run.write(checkpoints.resolve("step-000000040.ckpt.tmp"), "ab");
    run.write(checkpoints.resolve("best/step-000000010.ckpt"), "a");
    run.write(checkpoints.resolve("best/score.txt"), "8.5 10\n");

    StoredCheckpoints found = run.history().checkpoints();

    assertThat(found.checkpoints())
        .extracting(StoredCheckpoints.Row::file)
        .containsExactly("best/step-000000010.ckpt", "step-000000020.ckpt", "step-000000030.ckpt");
    assertThat(found.checkpoints())
        .extracting(StoredCheckpoints.Row::bytes)
        .containsExactly(1L, 2L, 3L);
    assertThat(found.checkpoints())
        .extracting(StoredCheckpoints.Row::best)
        .containsExactly(true, false, false);
    assertThat(found.checkpoints().get(1).sha256()).hasValue("ab");
    assertThat(found.checkpoints().get(1).scores()).hasValue(Map.of("fid", 9.5));
    assertThat(found.checkpoints().get(2).scores()).isEmpty();
    assertThat(found.labels()).isEqualTo(Map.of("fid", "FID", "is_cifar", "IS (cifar)"));
    assertThat(found.best().orElseThrow().step()).isEqualTo(10);
    assertThat(found.best().orElseThrow().value()).hasValue(8.5);
  }

  @Test
  void settingsHaveTheirDefaultsTheirMeaningAndTheirChanges() throws Exception {
    JournalFixture run = new JournalFixture(folder);
    run.settings("training.generator.learning-rate=1e-3", "seed=5").event("started", 0);
    run.event("settings", 120, "key", "evaluation.every", "from", "2000", "to", "500");
    run.event(
        "settings", 130, "key", "control.host", "from", "\"a\"", "to", "\"b\"", "from_step", 131);

    SettingsTable table = run.history().settings();

    SettingsTable.Row rate = row(table, "training.generator.learning-rate");
    assertThat(rate.value()).hasValue(0.001);
    assertThat(rate.usual()).isEqualTo(2e-4);
    assertThat(rate.changed()).isTrue();
    assertThat(rate.text())
        .startsWith("Learning rate.")
        .endsWith("Allowed: a number above 0 and at most 1.");
    // 0.0 in the file, and 0 among the defaults.
    assertThat(row(table, "augmentation.hue").changed()).isFalse();
    assertThat(row(table, "evaluation.every").live()).isEqualTo("now");
    assertThat(row(table, "network.kind").live()).isEqualTo("no");
    assertThat(table.settings())
        .extracting(SettingsTable.Row::key)
        .contains("seed")
        .doesNotContain("control.token")
        .startsWith("seed", "dataset.kind", "dataset.path");
    assertThat(table.changes().get(0).to()).isEqualTo(500);
    assertThat(table.changes().get(0).fromStep()).isEmpty();
    assertThat(table.changes().get(1).from()).isEqualTo("a");
    assertThat(table.changes().get(1).fromStep()).hasValue(131);
  }

  private static SettingsTable.Row row(SettingsTable table, String key) {
    return table.settings().stream().filter(row -> row.key().equals(key)).findFirst().get();
  }

  @Test
  void comparingShowsOnlyWhatDiffers() {
    RunHistory one = new JournalFixture(folder.resolve("one")).settings("seed=1").history();
    RunHistory two =
        new JournalFixture(folder.resolve("two")).settings("seed=2", "training.batch=16").history();
    JournalFixture old = new JournalFixture(folder.resolve("old"));
    old.write(old.directory().config(), "preset = demo\nseed = 1.0\n");

    assertThat(RunHistory.differences(List.of(one, two)))
        .extracting(SettingsTable.Difference::key)
        .containsExactly("seed", "training.batch");
    assertThat(RunHistory.differences(List.of(one, two)).get(0).values())
        .containsExactly(Optional.of(1), Optional.of(2));
    assertThat(RunHistory.differences(List.of(one, one))).isEmpty();
    List<SettingsTable.Difference> withOld = RunHistory.differences(List.of(one, old.history()));
    assertThat(withOld).extracting(SettingsTable.Difference::key).doesNotContain("seed", "preset");
    assertThat(withOld.get(0).values().get(1)).isEmpty();
  }

  @Test
  void rowsOfGridsAreClassesWhereTheDatasetHasSome() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings("sampling.per-class=6");
    run.write(run.directory().samples().resolve("step-000000020.png"), "ab");
    run.write(run.directory().samples().resolve("step-000000100.png"), "abc");
    run.write(run.directory().samples().resolve("other.png"), "abc");
    new DatasetFacts(List.of("cat", "dog"), 32, 500).write(run.directory());

    GridList grids = run.history().grids();

    assertThat(grids.grids()).extracting(GridList.Row::step).containsExactly(20L, 100L);
    assertThat(grids.rows()).hasValue(List.of("cat", "dog"));
    assertThat(grids.columns()).hasValue(6);
    assertThat(grids.picture()).hasValue(32);
    assertThat(grids.gap()).isEqualTo(2);

    new DatasetFacts(List.of("all"), 64, 500).write(run.directory());
    assertThat(run.history().grids().rows()).isEmpty();
    assertThat(run.history().grids().columns()).isEqualTo(OptionalInt.of(3));
  }

  @Test
  void requestedPicturesSayWhatTheyAre() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings().event("started", 0);
    run.event(
        "pictures", 20, "file", "runs/x/pictures/step-000000020-cat.png", "text", "16 pictures");
    run.write(run.directory().pictures().resolve("step-000000020-cat.png"), "ab");
    run.write(run.directory().pictures().resolve("mine.png"), "ab");

    assertThat(run.history().pictures())
        .extracting(
            RequestedPicture::file, RequestedPicture::step, picture -> picture.text().orElse(""))
        .containsExactlyInAnyOrder(
            tuple("step-000000020-cat.png", OptionalLong.of(20), "16 pictures"),
            tuple("mine.png", OptionalLong.empty(), ""));
  }

  @Test
  void theLogsEndIsOfWholeLines() throws Exception {
    JournalFixture run = new JournalFixture(folder).settings();
    assertThat(run.history().log(100).text()).isEmpty();
    run.write(run.directory().log(), "one\ntwo\nthree\n");

    assertThat(run.history().log(100).text()).isEqualTo("one\ntwo\nthree\n");
    assertThat(run.history().log(8).text()).isEqualTo("three\n");
    assertThat(run.history().log(8).bytes()).isEqualTo(14);
  }

  @Test
  void notesAreBounded() throws Exception {
    ObjectMapper json = new ObjectMapper();
    RunNotes notes = RunNotes.NONE.with(json.readTree("{\"name\":\"a\",\"tags\":[\"b\"]}"));
    assertThat(notes.with(json.readTree("{\"notes\":\"c\"}")))
        .isEqualTo(new RunNotes("a", "c", List.of("b")));
    for (String wrong :
        List.of(
            "{\"name\":7}",
            "{\"tags\":\"b\"}",
            "{\"tags\":[1]}",
            "{\"name\":\"a\\nb\"}",
            "{\"name\":\"" + "x".repeat(201) + "\"}",
            "{\"notes\":\"" + "x".repeat(20_001) + "\"}",
            "{\"tags\":[\"" + "x".repeat(51) + "\"]}")) {
      assertThatThrownBy(() -> notes.with(json.readTree(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    List<String> many = IntStream.range(0, 21).mapToObj(i -> "t" + i).toList();
    assertThatThrownBy(() -> new RunNotes("", "", many)).hasMessageContaining("at most 20");
  }

  /** By pages of two people. */
  @Test
  void nothingIsLostOfNotesThatComeAtTheSameTime() throws Exception {
    RunHistory run = new JournalFixture(folder).settings().history();
    ExecutorService people = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 50; i++) {
        String text = Integer.toString(i);
        List<Future<RunNotes>> kept =
            people.invokeAll(
                List.of(
                    () -> run.note(JsonNodeFactory.instance.objectNode().put("name", text)),
                    () -> run.note(JsonNodeFactory.instance.objectNode().put("notes", text))));
        for (Future<RunNotes> one : kept) {
          one.get();
        }
        assertThat(run.notes()).isEqualTo(new RunNotes(text, text, List.of()));
      }
    } finally {
      people.shutdown();
    }
  }
}
