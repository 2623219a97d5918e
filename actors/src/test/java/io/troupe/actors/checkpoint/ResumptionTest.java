package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class ResumptionTest {
  @TempDir private static Path first;
  @TempDir private Path folder;
  @TempDir private Path data;

  private Path root;

  @BeforeAll
  static void runTwoSteps() throws Exception {
    assertThat(TrainingRun.start(TinyRun.settings("training.steps=2"), first).await().step())
        .isEqualTo(2);
  }

  /** A copy of the run of two steps. */
  @BeforeEach
  void copy() throws IOException {
    root = folder.resolve("run");
    try (Stream<Path> files = Files.walk(first)) {
      for (Path file : files.toList()) {
        Files.copy(file, root.resolve(first.relativize(file).toString()));
      }
    }
  }

  private long go(String... overrides) throws Exception {
    TrainingRun.Outcome outcome = TrainingRun.start(TinyRun.settings(overrides), root).await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    return outcome.step();
  }

  private void refused(String message, RunSettings settings) {
    assertThatThrownBy(() -> TrainingRun.start(settings, root))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("cannot resume the run in %s: %s. ".formatted(root, message))
        .extracting(Throwable::getMessage)
        .asString()
        .hasSizeLessThan(root.toString().length() + message.length() + 120);
  }

  @Test
  void everyChangeOfSettingsIsRecordedAndSaid() throws Exception {
    TrainingRun run =
        TrainingRun.start(
            TinyRun.settings(
                "training.steps=3",
                "seed=5",
                "training.batch=8",
                "training.generator.learning-rate=1e-3"),
            root);
    assertThat(run.changes().stream().map(Object::toString))
        .containsExactly(
            "seed: 112 -> 5",
            "training.steps: 2 -> 3",
            "training.batch: 4 -> 8",
            "training.generator.learning-rate: 4.0E-4 -> 0.001");
    assertThat(run.await().failed()).isFalse();

    List<JsonNode> events = TinyRun.events(root, "settings");
    assertThat(events).hasSize(4);
    JsonNode batch = events.get(2);
    assertThat(batch.get("key").asText()).isEqualTo("training.batch");
    assertThat(batch.get("from").asText()).isEqualTo("4");
    assertThat(batch.get("to").asText()).isEqualTo("8");
    assertThat(batch.get("step").asLong()).isEqualTo(2);
  }

  @Test
  void aRunThatGoesOnUnchangedRecordsNoChange() throws Exception {
    Path checkpoint = root.resolve("checkpoints/step-000000002.ckpt");
    Files.delete(checkpoint);
    go("training.steps=2");
    assertThat(TinyRun.events(root, "settings")).isEmpty();
  }

  @Test
  void aListOfChangesThatIsDamagedStopsTheStartByFileAndLine() throws IOException {
    Path config = root.resolve("config.conf");
    String text = Files.readString(config);
    assertThat(text).contains("changes = []");
    // Without its checksum, as after a change by hand.
    Files.writeString(
        config,
        text.substring(text.indexOf('\n') + 1)
            .replace("changes = []", "changes = [ { from-step = 2 } ]"));
    assertThatThrownBy(() -> TrainingRun.start(TinyRun.settings("training.steps=3"), root))
        .hasMessageContainingAll(config + ":", "this is no recorded change", "newest checkpoint");
    assertThat(Files.readString(config)).contains("from-step = 2 }");
  }

  @Test
  void otherNetworksAreRefusedByKey() {
    refused(
        "network.generator-channels: the run has 4, you gave 8; network.biggan.initialisation: the"
            + " run has normal, you gave orthogonal",
        TinyRun.settings(
            "network.generator-channels=8",
            "network.biggan.initialisation=orthogonal",
            "network.batch-norm-epsilon=1e-4"));
  }

  @Test
  void aDatasetOfOtherClassesIsRefusedByTheirNumber() throws IOException {
    Path file = threeClasses();
    refused(
        "the number of classes is 20, the dataset has 3",
        TinyRun.settings("dataset.kind=npz", "dataset.images=20000", "dataset.path=" + file));
    refused(
        "network.generator-channels: the run has 4, you gave 8; the number of classes is 20, the"
            + " dataset has 3",
        TinyRun.settings(
            "network.generator-channels=8",
            "dataset.kind=npz",
            "dataset.images=20000",
            "dataset.path=" + file));
  }

  @Test
  void otherSizesAreRefusedWithoutTheRunsSettings() throws IOException {
    Files.delete(root.resolve("config.conf"));
    assertThatThrownBy(
            () -> TrainingRun.start(TinyRun.settings("network.generator-channels=8"), root))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("step-000000002.ckpt: its generator has", "these settings need")
        .extracting(Throwable::getMessage)
        .asString()
        .hasSizeLessThan(2 * root.toString().length() + 250);
  }

  @Test
  void aRunWhoseCheckpointsHaveGoneDoesNotStartOver() throws Exception {
    Path checkpoints = root.resolve("checkpoints");
    Path away = data.resolve("away");
    Files.move(checkpoints, away);

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> TrainingRun.start(TinyRun.settings("training.steps=3"), root))
          .isInstanceOf(RunException.class)
          .hasMessageContainingAll(
              checkpoints + " holds no checkpoint", "the run was at step 2", "--run-dir");
    }

    Files.delete(checkpoints);
    Files.move(away, checkpoints);
    assertThat(go("training.steps=3")).isEqualTo(3);
    try (Stream<Path> files = Files.list(checkpoints)) {
      Files.move(root.resolve("events.jsonl"), data.resolve("old.jsonl"));
      files.toList().forEach(ResumptionTest::delete);
    }
    assertThat(go("training.steps=1")).isEqualTo(1);
  }

  @Test
  void aCheckpointThatCannotBeReadIsPassedOverWithAWord() throws Exception {
    Files.createDirectory(root.resolve("checkpoints/step-000000009.ckpt"));

    TrainingRun run = TrainingRun.start(TinyRun.settings("training.steps=3"), root);

    assertThat(run.rejectedCheckpoints())
        .singleElement()
        .asString()
        .contains("step-000000009.ckpt: it cannot be read");
    assertThat(run.await().step()).isEqualTo(3);
    assertThat(TinyRun.events(root, "checkpoint-rejected")).hasSize(1);
    assertThat(TinyRun.events(root, "resumed").get(0).get("step").asLong()).isEqualTo(2);
  }

  /** As after a kill between setting the file aside and the journal's line. */
  @Test
  void aCheckpointThatWasSetAsideUntoldIsToldOfOnce() throws Exception {
    Files.createFile(root.resolve("checkpoints/step-000000009.ckpt.damaged"));
    assertThat(go("training.steps=3")).isEqualTo(3);
    assertThat(go("training.steps=4")).isEqualTo(4);
    assertThat(TinyRun.events(root, "checkpoint-rejected"))
        .singleElement()
        .extracting(event -> event.get("reason").asText())
        .asString()
        .startsWith(root.resolve("checkpoints/step-000000009.ckpt") + ": it was set aside as ");
  }

  private Path threeClasses() throws IOException {
    Path file = data.resolve("pictures.npz");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("images", NpyArray.of(new byte[60 * 32 * 32 * 3], 60, 32, 32, 3));
      long[] labels = new long[60];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = i % 3;
      }
      npz.add("labels", NpyArray.of(labels, 60));
    }
    return file;
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
