package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetException;
import io.troupe.data.Datasets;
import io.troupe.data.SquareImages;
import io.troupe.data.Squares;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Presets for folders of one's own train thirty steps ({@code -Dpresets.steps} says how many) on
 * CIFAR-100's pictures, enlarged, if 'troupe fetch' has downloaded them, and else on shapes. Their
 * networks are whole; only the batch is small.
 */
@Tag("process")
@Tag("nightly")
class OwnPicturesPresetsTest {
  private static final int STEPS = Integer.getInteger("presets.steps", 30);
  private static final int IMAGES = 96;
  private static final int CLASSES = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"dcgan-conditional", "biggan-64", "stylegan2-64", "stylegan2-128"})
  void presetsTrainOnAFolder(String preset) throws Exception {
    RunSettings settings =
        SettingsLoader.load(
            preset,
            List.of(),
            List.of(
                "dataset.path=" + folder.resolve("pictures"),
                "dataset.cache=memory",
                "training.steps=" + STEPS,
                "training.batch=8",
                "training.micro-batch=0",
                "evaluation.every=0",
                "sampling.per-class=4",
                "journal.every=1",
                "supervision.failed-minutes=0",
                "control.port=0"));
    writePictures(settings.dataset().size());
    Path root = folder.resolve("run");
    TrainingRun run = TrainingRun.start(settings, root);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    assertThat(outcome.step()).isEqualTo(STEPS);
    List<JsonNode> steps = TinyRun.events(root, "step");
    assertThat(steps).hasSize(STEPS);
    for (JsonNode step : steps) {
      assertThat(step.get("discriminator_loss").asDouble()).isFinite();
      assertThat(step.get("generator_loss").asDouble()).isFinite();
    }
    assertThat(root.resolve(String.format(Locale.ROOT, "samples/step-%09d.png", STEPS)))
        .isRegularFile();
    assertThat(TinyRun.events(root, "rollback")).isEmpty();
  }

  private void writePictures(int side) throws IOException {
    Dataset large = new SquareImages(source(), new Squares(side, Fit.STRETCH, Filter.LANCZOS));
    byte[] pixels = new byte[large.imageBytes()];
    for (int i = 0, written = 0; written < IMAGES; i++) {
      if (large.label(i) >= CLASSES) {
        continue;
      }
      large.read(i, pixels);
      BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < pixels.length; k++) {
        image.getRaster().setSample(k / 3 % side, k / 3 / side, k % 3, pixels[k] & 255);
      }
      Path of =
          Files.createDirectories(
              folder.resolve("pictures").resolve(large.classNames().get(large.label(i))));
      assertThat(ImageIO.write(image, "png", of.resolve(i + ".png").toFile())).isTrue();
      written++;
    }
  }

  private static Dataset source() {
    try {
      return Datasets.open(
          SettingsLoader.load("biggan-cifar100", List.of(), List.of()).dataset(), 1);
    } catch (DatasetException e) {
      return Datasets.open(SettingsLoader.load("demo", List.of(), List.of()).dataset(), 1);
    }
  }
}
