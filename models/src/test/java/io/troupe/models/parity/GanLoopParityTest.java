package io.troupe.models.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PublishedImages;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TrainedNetwork;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two whole training steps as by PyTorch's Adam in the order of the published programs: values,
 * states, first moments and losses, relative to the largest number of each tensor.
 */
@Tag("parity")
class GanLoopParityTest {
  /** Both regularisers are due in the first step, path length in the second too. */
  @Test
  void styleGan2Ada() {
    List<StepResult> results =
        check(
            "loop-ada",
            LoopFixture.settings(
                "stylegan2-ada-cifar100",
                "seed=18",
                "network.latent-size=8",
                "network.generator-channels=7",
                "network.discriminator-channels=7",
                "network.stylegan2.style-size=8",
                "network.stylegan2.most-channels=7",
                "network.stylegan2.deviation-group=2",
                "training.ada.blit=0",
                "training.ada.geometry=0",
                "training.ada.color=0",
                "training.gradient-penalty.weight=5",
                "training.gradient-penalty.every=2",
                "training.path-length.weight=2",
                "training.path-length.every=1",
                "training.path-length.decay=0.9"));
    assertThat(results.get(0).penalty("gradient_penalty")).isPositive();
    assertThat(results.get(1).penalty("gradient_penalty")).isNaN();
  }

  @Test
  void dcgan() {
    check(
        "loop-dcgan",
        LoopFixture.settings(
            "dcgan-celeba",
            "seed=121",
            "dataset.path=unread",
            "network.latent-size=6",
            "network.generator-channels=2",
            "network.discriminator-channels=4"));
  }

  /** In a burn-in, with R1 and R2 in each step, and a generator's loss of real images too. */
  @Test
  void r3gan() {
    check("loop-r3gan", LoopFixture.r3gan(), LoopFixture.R3GAN_IMAGES);
  }

  private static List<StepResult> check(String fixture, RunSettings settings) {
    return check(fixture, settings, PublishedImages.of(settings, LoopFixture.CLASSES));
  }

  private static List<StepResult> check(String fixture, RunSettings settings, ImageSpec spec) {
    List<StepResult> results = new ArrayList<>();
    Map<String, double[]> actual = new LinkedHashMap<>();
    try (GanTraining training = new GanTraining(settings, spec, CompiledGraph::compile)) {
      LoopFixture.fill("generator/", training.generator().values());
      LoopFixture.fill("discriminator/", training.discriminator().values());
      for (int step = 1; step <= LoopFixture.STEPS; step++) {
        StepResult result = step(training, settings.training().batch(), step);
        results.add(result);
        put(actual, "generator loss " + step, result.generatorLoss());
        put(actual, "discriminator loss " + step, result.discriminatorLoss());
        put(actual, "path penalty " + step, result.penalty("path_penalty"));
        put(actual, "gradient penalty " + step, result.penalty("gradient_penalty"));
      }
      read(actual, "generator/", training.generator());
      read(actual, "discriminator/", training.discriminator());
      LoopFixture.compare(fixture, actual, Parity.FLOAT);
    }
    return results;
  }

  private static void put(Map<String, double[]> actual, String name, double value) {
    actual.put(name, new double[] {value});
  }

  private static StepResult step(GanTraining training, int batch, int step) {
    double[] pixels = LoopFixture.images(step, batch, training.spec());
    FloatBuffer images = FloatBuffer.allocate(pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      images.put(i, (float) pixels[i]);
    }
    double[] rows = LoopFixture.classes(step, batch);
    int[] labels = new int[batch];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] == 1) {
        labels[i / LoopFixture.CLASSES] = i % LoopFixture.CLASSES;
      }
    }
    return training.step(step, images, labels);
  }

  private static void read(Map<String, double[]> actual, String prefix, TrainedNetwork network) {
    LoopFixture.read(actual, prefix, network.values(), network.adam().firstMoments().array());
  }
}
