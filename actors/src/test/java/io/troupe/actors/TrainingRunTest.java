package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets that a run refuses before it begins. */
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
        .hasMessageContainingAll("48 x 48", "the networks take 32 x 32", "dataset.size");
  }

  @Test
  void thereMustBePicturesForOneStep() {
    assertThatThrownBy(() -> start("training.batch=4"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("the dataset has 7 pictures, and a step takes 8", "smaller");
  }

  @Test
  void aStepMustFitIntoTheMemory() {
    assertThatThrownBy(
            () ->
                TrainingRun.start(
                    SettingsLoader.load("demo", List.of(), List.of("compute.memory-mb=1")),
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

  private void start(String change) throws RunException {
    RunSettings settings =
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of(
                "dataset.kind=image-folder", "dataset.path=" + folder.resolve("pictures"), change));
    TrainingRun.start(settings, folder.resolve("run"));
  }
}
