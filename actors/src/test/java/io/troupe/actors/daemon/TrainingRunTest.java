package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.npz.NpyArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets that a run refuses before it begins, and what it says of their files. */
@Tag("process")
class TrainingRunTest {
  @TempDir Path folder;

  @BeforeEach
  void makePictures() throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    for (int i = 0; i < 7; i++) {
      BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
      Path file = folder.resolve("pictures/%d.png".formatted(i));
      assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    }
  }

  @Test
  void picturesMustBeOfTheNetworksSize() {
    assertThatThrownBy(() -> start("dataset.size=48"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("48 x 48", "[32, 64, 128, 256]", "dataset.size");
  }

  @Test
  void blocksThatAreFrozenMustBeThere() {
    assertThatThrownBy(() -> start("training.freeze-d=5"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.freeze-d is 5", "4 blocks", "32 to 16");
  }

  @Test
  void thereMustBePicturesForOneStep() {
    assertThatThrownBy(() -> start("training.batch=4"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("the dataset has 7 pictures, and a step takes 8", "smaller");
  }

  @Test
  void aTakenPortIsSaidBeforeAnythingElse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> start("dataset.path=nowhere", "control.port=" + taken.getLocalPort()))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("the port is taken");
    }
    assertThat(folder.resolve("run/checkpoints")).doesNotExist();
    assertThat(folder.resolve("run/events.jsonl")).doesNotExist();
    assertThat(folder.resolve("run/daemon.url")).doesNotExist();
  }

  @Test
  void whatAnEarlierDaemonLeftIsGoneAtOnce() throws Exception {
    RunDirectory run = new RunDirectory(Files.createDirectories(folder.resolve("run")));
    Files.writeString(run.url(), "http://127.0.0.1:8087\n");
    Files.writeString(run.id(), "old\n");

    assertThatThrownBy(() -> start("dataset.path=nowhere")).isInstanceOf(Exception.class);

    assertThat(Files.readString(run.url())).doesNotContain("8087");
    assertThat(Files.readString(run.id())).isNotEqualTo("old\n");
  }

  /** Else a folder of 200,000 pictures would be decoded first. */
  @Test
  void aSizeThatNetworksCannotMakeIsRefusedBeforeImagesAreRead() {
    assertThatThrownBy(
            () ->
                TrainingRun.start(
                    SettingsLoader.load(
                        "demo",
                        List.of(),
                        List.of(
                            "dataset.kind=image-folder",
                            "dataset.path=nowhere",
                            "dataset.size=48",
                            "control.port=0")),
                    folder.resolve("run")))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("biggan makes images of [32,", "48 x 48", "dataset.size");
  }

  @Test
  void picturesThatAreNoSquaresAreRefused() throws Exception {
    assertThatThrownBy(() -> startOnArrays(48))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("32 x 48 pixels (width x height)", "networks make squares");
  }

  /** Planning large networks takes longer than counting. */
  @Test
  void tooFewPicturesAreRefusedBeforeNetworksArePlanned() throws Exception {
    assertThatThrownBy(() -> startOnArrays(32))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("the dataset has 16 pictures, and a step takes 64");
  }

  /** 16 pictures, 32 pixels wide, and a step that no memory suffices for. */
  private TrainingRun startOnArrays(int height) throws Exception {
    Path arrays = folder.resolve("arrays.npy");
    try (OutputStream out = Files.newOutputStream(arrays)) {
      NpyArray.of(new byte[16 * height * 32 * 3], 16, height, 32, 3).write(out);
    }
    return TrainingRun.start(
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of(
                "dataset.kind=npz",
                "dataset.path=" + arrays,
                "compute.memory-mb=1",
                "control.port=0")),
        folder.resolve("run"));
  }

  @Test
  void aStepMustFitIntoTheMemory() {
    assertThatThrownBy(
            () ->
                TrainingRun.start(
                    SettingsLoader.load(
                        "demo", List.of(), List.of("compute.memory-mb=1", "control.port=0")),
                    folder.resolve("run")))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.batch = 32 plans", "compute.memory-mb is 1", "smaller");
  }

  @Test
  void weightsThatAreNoneAreFoundBeforeTheRunBegins() throws Exception {
    Path weights = folder.resolve("weights.pth");
    Files.copy(folder.resolve("pictures/0.png"), weights);
    assertThatThrownBy(
            () ->
                TrainingRun.start(
                    TinyRun.settings(
                        "evaluation.extractor=inception",
                        "evaluation.weights=\"%s\"".formatted(weights)),
                    folder.resolve("run")))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("evaluation.weights", weights.toString(), "Inception");
  }

  @Test
  void aFatalErrorInAThreadOfAkkasOwnEndsTheRunWithALastCheckpoint() throws Exception {
    Path root = folder.resolve("run");
    TrainingRun run = TrainingRun.start(TinyRun.settings("training.steps=1000000"), root);
    while (run.status().toCompletableFuture().get().step() < 3) {
      Thread.sleep(20);
    }
    run.system()
        .executionContext()
        .execute(
            () -> {
              throw new StackOverflowError("outside of all actors");
            });
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.message()).contains("fatal error");
    assertThat(TinyRun.sha256(root, outcome.step())).hasSize(64);
    assertThat(TinyRun.events(root, "failed")).hasSize(1);
    assertThat(TinyRun.events(root, "stopped")).isEmpty();
  }

  @Test
  void theJournalHasTheEndWhenTheOutcomeIsKnown() throws Exception {
    Path root = folder.resolve("run");
    TrainingRun run = TrainingRun.start(TinyRun.settings("training.steps=1000000"), root);
    var stopped = run.outcome().thenApply(outcome -> TinyRun.events(root, "stopped").size());
    // More than the journal can write while the run ends.
    for (int i = 0; i < 20_000; i++) {
      run.system().tell(new Daemon.DatasetNoted("note " + i));
    }
    run.stop().toCompletableFuture().get();
    run.await();
    assertThat(stopped.toCompletableFuture().get()).isEqualTo(1);
  }

  @Test
  void aFolderThatIsMovedAwayEndsTheRunAndLosesNothing() throws Exception {
    Path root = folder.resolve("run");
    RunSettings settings = TinyRun.settings("training.steps=1000000", "checkpoints.every=1000000");
    TrainingRun run = TrainingRun.start(settings, root);
    while (run.status().toCompletableFuture().get().step() < 3) {
      Thread.sleep(20);
    }
    Path moved = Files.move(root, folder.resolve("moved"));

    TrainingRun.Outcome outcome = run.await();

    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.message()).contains("run was moved or deleted", "last checkpoint");
    assertThat(TinyRun.events(root, "failed").get(0).toString()).contains("moved or deleted");
    assertThat(TinyRun.sha256(root, outcome.step())).hasSize(64);
    for (Path place : List.of(root, moved)) {
      // Either goes on from what it has.
      TrainingRun next =
          TrainingRun.start(
              SettingsLoader.loadRun(place.resolve("config.conf"), List.of(), List.of()), place);
      assertThat(next.status().toCompletableFuture().get().step())
          .isGreaterThanOrEqualTo(place.equals(root) ? outcome.step() : 0);
      next.stop().toCompletableFuture().get();
      assertThat(next.await().failed()).isFalse();
    }
  }

  @Test
  void whatStandsInForAPictureIsInTheJournal() throws Exception {
    Files.writeString(folder.resolve("pictures/3.png"), "no picture");
    Files.writeString(folder.resolve("pictures/list.txt"), "pictures");
    List<String> changes = new ArrayList<>(TinyRun.OVERRIDES);
    changes.removeIf(change -> change.startsWith("dataset."));
    changes.addAll(
        List.of(
            "dataset.kind=image-folder",
            "dataset.path=" + folder.resolve("pictures"),
            "training.batch=3",
            "training.steps=2"));
    RunSettings settings = SettingsLoader.load("demo", List.of(), changes);
    assertThat(TrainingRun.start(settings, folder.resolve("run")).await().failed()).isFalse();
    assertThat(TinyRun.events(folder.resolve("run"), "dataset"))
        .extracting(event -> event.get("note").asText())
        .satisfiesExactly(
            note -> assertThat(note).contains("7 pictures in 1 class; left out: 1 file", ".txt"),
            note -> assertThat(note).contains("3.png: not a PNG", "stands in (1 so far)"));
  }

  private void start(String... changes) throws RunException {
    List<String> all = new ArrayList<>();
    all.add("control.port=0");
    all.add("dataset.kind=image-folder");
    all.add("dataset.path=" + folder.resolve("pictures"));
    all.addAll(List.of(changes));
    RunSettings settings = SettingsLoader.load("demo", List.of(), all);
    TrainingRun.start(settings, folder.resolve("run"));
  }
}
