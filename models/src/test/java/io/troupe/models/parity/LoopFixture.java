package io.troupe.models.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.networks.ImageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@code scripts/fixtures/loops.py} trains, and how it is compared with what it computed. */
public final class LoopFixture {
  public static final int CLASSES = 3;
  public static final int STEPS = 2;

  /** The images of R3GAN's loop. */
  public static final ImageSpec R3GAN_IMAGES = ImageSpec.rgb(16, CLASSES);

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

  private LoopFixture() {}

  static RunSettings settings(String preset, String... own) {
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(List.of(own));
    return SettingsLoader.load(preset, List.of(), all);
  }

  /** The settings of R3GAN's loop, which is in a burn-in. */
  public static RunSettings r3gan() {
    return settings(
        "r3gan-cifar100",
        "seed=7",
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
  }

  /**
   * Gives a network its first values.
   *
   * @param prefix of the names of its tensors
   */
  public static void fill(String prefix, ParameterVector network) {
    for (ParameterLayout.Slot slot : network.layout().slots()) {
      long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
      double[] values = Formula.values(prefix + slot.name(), shape);
      for (int i = 0; i < values.length; i++) {
        network.flat().putScalar(slot.offset() + i, values[i]);
      }
    }
  }

  /** The real images of a step, [N, size, size, channels]. */
  public static double[] images(int step, int batch, ImageSpec spec) {
    return Formula.values("step " + step + " real", spec.shape(batch));
  }

  /** Their classes, one-hot [N, classes]. */
  public static double[] classes(int step, int batch) {
    return Formula.values("step " + step + " real classes", batch, CLASSES);
  }

  /** Adds what training left of a network to what is compared. */
  public static void read(
      Map<String, double[]> actual, String prefix, ParameterVector network, INDArray firstMoments) {
    for (ParameterLayout.Slot slot : network.layout().slots()) {
      actual.put(prefix + slot.name(), part(network.flat(), slot));
      if (slot.trainable()) {
        actual.put("first of " + prefix + slot.name(), part(firstMoments, slot));
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

  /** Requires that all that the fixture has is near enough, relative to each tensor's largest. */
  public static void compare(String fixture, Map<String, double[]> actual, Parity parity) {
    Map<String, INDArray> expected = Fixture.read(fixture);
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
          if (!(values.length == others.length && largest / scale <= parity.tolerance())) {
            report.append("%s differs by %.2e%n".formatted(name, largest / scale));
          }
          array.close();
        });
    assertThat(report).as("of %d tensors", expected.size()).isEmpty();
  }
}
