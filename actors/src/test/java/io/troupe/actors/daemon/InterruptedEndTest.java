package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunCompleteException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that was killed when all steps were done, but not all that belongs to them. */
@Tag("process")
class InterruptedEndTest {
  private static final RunSettings SETTINGS =
      TinyRun.settings(
          "training.steps=4",
          "evaluation.every=4",
          "evaluation.images=16",
          "evaluation.batch=8",
          "evaluation.extractor=random",
          "evaluation.tsne-images=0",
          "checkpoints.best=fid");

  @TempDir static Path complete;
  @TempDir Path folder;
  private RunDirectory run;

  @BeforeAll
  static void train() throws Exception {
    assertThat(TrainingRun.start(SETTINGS, complete.resolve("run")).await().complete()).isTrue();
  }

  @BeforeEach
  void copy() throws IOException {
    run = new RunDirectory(folder.resolve("run"));
    Path source = complete.resolve("run");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, run.root().resolve(source.relativize(file)));
      }
    }
  }

  private List<String> names() {
    return TinyRun.events(run.root()).stream().map(e -> e.get("event").asText()).toList();
  }

  /** Removes events of some names from the journal. */
  private void forget(String... events) throws IOException {
    List<String> kept = new ArrayList<>();
    for (JsonNode event : TinyRun.events(run.root())) {
      if (!List.of(events).contains(event.get("event").asText())) {
        kept.add(event.toString());
      }
    }
    Files.write(run.events(), kept);
  }

  private Path best() throws IOException {
    try (Stream<Path> files = Files.list(run.checkpoints().resolve("best"))) {
      return files.filter(file -> file.toString().endsWith(".ckpt")).findFirst().orElseThrow();
    }
  }

  @Test
  void whatBelongsToTheLastStepIsMadeAndTheJournalSaysTheEnd() throws Exception {
    String sha256 = TinyRun.sha256(run.root(), 4);
    JsonNode scores = TinyRun.events(run.root(), "evaluation-finished").get(0).get("scores");
    forget("evaluation-started", "evaluation-finished", "best", "grid", "stopped");
    Files.delete(grid());
    Files.delete(best());
    Files.delete(run.checkpoints().resolve("best/score.txt"));

    TrainingRun.Outcome outcome = TrainingRun.start(SETTINGS, run.root()).await();

    assertThat(outcome.failed()).isFalse();
    assertThat(outcome.complete()).isTrue();
    assertThat(names()).endsWith("stopped").doesNotContain("grid-failed", "journal-gap");
    assertThat(TinyRun.events(run.root(), "resumed").get(0).get("step").asLong()).isEqualTo(4);
    assertThat(TinyRun.events(run.root(), "evaluation-finished").get(0).get("scores"))
        .isEqualTo(scores);
    assertThat(grid()).isNotEmptyFile();
    assertThat(best()).hasFileName("step-000000004.ckpt");
    assertThat(TinyRun.sha256(run.root(), 4)).isEqualTo(sha256);
    assertThatThrownBy(() -> TrainingRun.start(SETTINGS, run.root()))
        .isInstanceOf(RunCompleteException.class);
  }

  /**
   * A stop that comes when the last step is done, but cannot be saved yet, ends the run without
   * grid and scores.
   */
  @ParameterizedTest
  @ValueSource(strings = {"grid", "evaluation-finished"})
  void aRunThatWasStoppedBeforeAllOfItsLastStepWasThereIsNotComplete(String missing)
      throws Exception {
    byte[] grid = Files.readAllBytes(grid());
    JsonNode scores = TinyRun.events(run.root(), "evaluation-finished").get(0).get("scores");
    forget(missing);
    if (missing.equals("grid")) {
      Files.delete(grid());
    }

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().complete()).isTrue();

    assertThat(grid()).hasBinaryContent(grid);
    assertThat(TinyRun.events(run.root(), "evaluation-finished"))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.get("scores")).isEqualTo(scores));
    assertThat(TinyRun.events(run.root(), "grid")).isNotEmpty();
    assertThat(names()).endsWith("stopped");
    assertThatThrownBy(() -> TrainingRun.start(SETTINGS, run.root()))
        .isInstanceOf(RunCompleteException.class);
  }

  private Path grid() {
    return run.samples().resolve("step-000000004.png");
  }

  @Test
  void theBestIsKeptThoughTheDaemonWasKilledWhenItHadItsScore() throws Exception {
    forget("best", "stopped");
    Files.delete(best());
    Files.delete(run.checkpoints().resolve("best/score.txt"));

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().failed()).isFalse();

    assertThat(best()).hasFileName("step-000000004.ckpt");
    assertThat(TinyRun.events(run.root(), "best")).hasSize(1);
  }

  /** The disk was full, or files of best/ could not be removed, until the daemon ended. */
  @Test
  void aBestThatCouldNotBeKeptIsKeptByTheNextStart() throws Exception {
    Path unscored = best().resolveSibling("step-000000002.ckpt");
    Files.copy(best(), unscored);
    Files.delete(run.checkpoints().resolve("best/score.txt"));
    List<String> events =
        TinyRun.events(run.root()).stream()
            .map(JsonNode::toString)
            .map(
                event ->
                    event.contains("\"event\":\"best\"")
                        ? "{\"time\":\"2026-01-31T00:00:00Z\",\"event\":\"best-missed\",\"step\":4,\"of_step\":4}"
                        : event)
            .toList();
    Files.write(run.events(), events);

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().complete()).isTrue();

    assertThat(unscored).doesNotExist();
    assertThat(best()).hasFileName("step-000000004.ckpt");
    assertThat(run.checkpoints().resolve("best/score.txt")).isNotEmptyFile();
    assertThat(TinyRun.events(run.root(), "best")).hasSize(1);
    assertThatThrownBy(() -> TrainingRun.start(SETTINGS, run.root()))
        .isInstanceOf(RunCompleteException.class);
  }

  /** Somebody had a step evaluated of which there is no checkpoint, and it was the best. */
  @Test
  void aBestWithoutACheckpointIsNoReasonToGoOn() throws Exception {
    List<String> events =
        TinyRun.events(run.root()).stream()
            .map(JsonNode::toString)
            .collect(Collectors.toCollection(ArrayList::new));
    events.add(
        events.size() - 1,
        "{\"time\":\"2026-01-31T00:00:00Z\",\"event\":\"best-missed\",\"step\":4,\"of_step\":3}");
    Files.write(run.events(), events);
    Files.deleteIfExists(run.checkpoints().resolve("step-000000003.ckpt"));

    assertThatThrownBy(() -> TrainingRun.start(SETTINGS, run.root()))
        .isInstanceOf(RunCompleteException.class);
  }

  private List<String> untilStep2() {
    return TinyRun.events(run.root()).stream()
        .filter(event -> event.get("step").asLong() < 3)
        .map(JsonNode::toString)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** They were in the memory of a daemon that could not write the journal. */
  @Test
  void stepsThatTheJournalLacksAreSaidToBeLost() throws Exception {
    Files.write(run.events(), untilStep2());

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().failed()).isFalse();

    assertThat(TinyRun.events(run.root(), "journal-gap").get(0).get("lost").asLong()).isEqualTo(2);
    assertThat(names().indexOf("journal-gap")).isLessThan(names().indexOf("resumed"));
  }

  /** An earlier daemon was stopped, and the journal could not be written in the last one's life. */
  @Test
  void anEndThatTheJournalLacksIsWritten() throws Exception {
    List<String> kept = untilStep2();
    kept.add("{\"time\":\"2026-01-31T00:00:00Z\",\"event\":\"stopped\",\"step\":2}");
    Files.write(run.events(), kept);

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().failed()).isFalse();

    assertThat(TinyRun.events(run.root(), "journal-gap").get(0).get("lost").asLong()).isEqualTo(2);
    assertThat(TinyRun.events(run.root(), "stopped"))
        .extracting(event -> event.get("step").asLong())
        .containsExactly(2L, 4L);
  }

  @Test
  void aJournalThatIsNotThereIsAGapToo() throws Exception {
    Files.delete(run.events());

    assertThat(TrainingRun.start(SETTINGS, run.root()).await().failed()).isFalse();

    assertThat(names()).startsWith("journal-gap").contains("resumed", "grid").endsWith("stopped");
    assertThat(TinyRun.events(run.root(), "journal-gap").get(0).get("lost").asLong()).isEqualTo(4);
  }

  /** By whoever: of a run that is complete, and of one that goes on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void plotsThatAreDamagedAreDrawnAnew(boolean goesOn) throws Exception {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(run.metrics())) {
      all.filter(file -> !file.endsWith("tsne.png")).forEach(files::add);
    }
    List<byte[]> whole = new ArrayList<>();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      whole.add(bytes);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
    assertThat(files).hasSizeGreaterThan(2);
    if (goesOn) {
      forget("stopped");
      TrainingRun.start(SETTINGS, run.root()).await();
    } else {
      assertThatThrownBy(() -> TrainingRun.start(SETTINGS, run.root()))
          .isInstanceOf(RunCompleteException.class);
    }

    for (int i = 0; i < files.size(); i++) {
      assertThat(files.get(i)).hasBinaryContent(whole.get(i));
    }
  }

  @Test
  void whatADaemonLeftUnfinishedIsRemoved() throws Exception {
    forget("stopped");
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    String suffix = "." + ended.pid() + ".tmp";
    List<Path> left =
        List.of(
            run.samples().resolve("step-000000004.png" + suffix),
            run.metrics().resolve("loss.png" + suffix),
            run.pictures().resolve("step-000000004-fish.png" + suffix),
            run.classGrids().resolve("step-000000004/fish.png" + suffix),
            run.root().resolve("config.conf.tmp"),
            run.root().resolve("daemon.url.tmp"),
            run.metrics().resolve("metrics.csv.tmp"));
    Path own = run.pictures().resolve("mine.tmp");
    for (Path file : left) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "half");
    }
    Files.writeString(own, "no file of ours is called so");

    TrainingRun.start(SETTINGS, run.root()).await();

    assertThat(left).noneMatch(Files::exists);
    assertThat(own).exists();
  }
}
