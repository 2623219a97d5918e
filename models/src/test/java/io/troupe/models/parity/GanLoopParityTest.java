package io.troupe.models.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two whole training steps as by PyTorch's Adam in the order of the published programs: values,
 * states, first moments and losses, relative to the largest number of each tensor.
 */
@Tag("parity")
class GanLoopParityTest {
  private static final int CLASSES = 3;
  private static final int STEPS = 2;
  private static final List<String> COMMON =
      List.of(
          "training.batch=4",
          "training.generator.learning-rate=0.05",
          "training.generator.beta1=0.5",
          "training.generator.beta2=0.9",
          "training.generator.epsilon=0.1",
          "training.discriminator.learning-rate=0.05",
          "training.discriminator.beta1=0.5",
          "training.discriminator.beta2=0.9",
          "training.discriminator.epsilon=0.1");

  /** Both regularisers are due in the first step, path length in the second too. */
  @Test
  void styleGan2Ada() {
    Map<String, Double> scalars = new LinkedHashMap<>();
    List<StepResult> results =
        check(
            "loop-ada",
            settings(
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
                "training.path-length.decay=0.9"),
            scalars);
    assertThat(results.get(0).penalty("gradient_penalty")).isPositive();
    assertThat(results.get(1).penalty("gradient_penalty")).isNaN();
  }

  @Test
  void dcgan() {
    check(
        "loop-dcgan",
        settings(
            "dcgan-celeba",
            "seed=121",
            "dataset.path=unread",
            "network.latent-size=6",
            "network.generator-channels=2",
            "network.discriminator-channels=4"),
        new LinkedHashMap<>());
  }

  /** In a burn-in, with R1 and R2 in each step, and a generator's loss of real images too. */
  @Test
  void r3gan() {
    RunSettings settings =
        settings(
            "r3gan-cifar100",
            "seed=1",
            "network.latent-size=6",
            "network.generator-channels=16",
            "network.discriminator-channels=16",
            "training.ada.blit=0",
            "training.ada.geometry=0",
            "training.ada.color=0",
            "training.ada.cutout=0",
            "training.gradient-penalty.weight=0.025",
            "training.burn-in.images=32",
            "training.burn-in.learning-rate-factor=0.02",
            "training.burn-in.beta2=0.6");
    check("loop-r3gan", settings, ImageSpec.rgb(16, CLASSES), new LinkedHashMap<>());
  }

  private static RunSettings settings(String preset, String... own) {
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(List.of(own));
    return SettingsLoader.load(preset, List.of(), all);
  }

  private static List<StepResult> check(
      String fixture, RunSettings settings, Map<String, Double> scalars) {
    return check(fixture, settings, PublishedImages.of(settings, CLASSES), scalars);
  }

  private static List<StepResult> check(
      String fixture, RunSettings settings, ImageSpec spec, Map<String, Double> scalars) {
    List<StepResult> results = new ArrayList<>();
    Map<String, INDArray> expected = Fixture.read(fixture);
    try (GanTraining training = new GanTraining(settings, spec, CompiledGraph::compile)) {
      fill("generator/", training.generator());
      fill("discriminator/", training.discriminator());
      for (int step = 1; step <= STEPS; step++) {
        StepResult result = step(training, settings.training().batch(), step);
        results.add(result);
        scalars.put("generator loss " + step, result.generatorLoss());
        scalars.put("discriminator loss " + step, result.discriminatorLoss());
        scalars.put("path penalty " + step, result.penalty("path_penalty"));
        scalars.put("gradient penalty " + step, result.penalty("gradient_penalty"));
      }
      Map<String, double[]> actual = new LinkedHashMap<>();
      scalars.forEach((name, value) -> actual.put(name, new double[] {value}));
      read(actual, "generator/", training.generator());
      read(actual, "discriminator/", training.discriminator());
      compare(expected, actual);
    }
    return results;
  }

  private static void fill(String prefix, TrainedNetwork network) {
    for (ParameterLayout.Slot slot : network.values().layout().slots()) {
      long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
      double[] values = Formula.values(prefix + slot.name(), shape);
      for (int i = 0; i < values.length; i++) {
        network.values().flat().putScalar(slot.offset() + i, values[i]);
      }
    }
  }

  private static StepResult step(GanTraining training, int batch, int step) {
    int size = training.spec().size();
    double[] pixels = Formula.values("step " + step + " real", batch, size, size, 3);
    FloatBuffer pictures = FloatBuffer.allocate(pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      pictures.put(i, (float) pixels[i]);
    }
    double[] rows = Formula.values("step " + step + " real classes", batch, CLASSES);
    int[] labels = new int[batch];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] == 1) {
        labels[i / CLASSES] = i % CLASSES;
      }
    }
    return training.step(step, pictures, labels);
  }

  private static void read(Map<String, double[]> actual, String prefix, TrainedNetwork network) {
    for (ParameterLayout.Slot slot : network.values().layout().slots()) {
      actual.put(prefix + slot.name(), part(network.values().flat(), slot));
      if (slot.trainable()) {
        actual.put(
            "first of " + prefix + slot.name(), part(network.adam().firstMoments().array(), slot));
      }
    }
  }

  private static double[] part(INDArray vector, ParameterLayout.Slot slot) {
    double[] values = new double[Math.toIntExact(slot.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.getDouble(slot.offset() + i);
    }
    return values;
  }

  private static void compare(Map<String, INDArray> expected, Map<String, double[]> actual) {
    assertThat(expected.keySet()).isSubsetOf(actual.keySet()).hasSizeGreaterThan(60);
    double most =
        expected.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("first of "))
            .mapToDouble(entry -> entry.getValue().normmaxNumber().doubleValue())
            .max()
            .orElseThrow();
    StringBuilder report = new StringBuilder();
    expected.forEach(
        (name, array) -> {
          assertThat(array.dataType()).isEqualTo(DataType.DOUBLE);
          double[] others = array.dup('c').data().asDouble();
          double[] values = actual.get(name);
          double scale = array.normmaxNumber().doubleValue();
          if (name.startsWith("first of ")) {
            scale = Parity.scale(scale, most);
          }
          double largest = 0;
          for (int i = 0; i < others.length; i++) {
            largest = Math.max(largest, Math.abs(values[i] - others[i]));
          }
          if (!(values.length == others.length && largest / scale <= Parity.FLOAT.tolerance())) {
            report.append("%s differs by %.2e%n".formatted(name, largest / scale));
          }
          array.close();
        });
    assertThat(report).as("of %d tensors", expected.size()).isEmpty();
  }
}
