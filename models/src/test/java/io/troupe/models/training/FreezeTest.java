package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Discriminators of which some blocks are frozen. */
@Tag("parity")
class FreezeTest {
  private static final int CLASSES = 3;

  static List<Arguments> networks() {
    List<String> r1 =
        List.of("training.gradient-penalty.weight=2", "training.gradient-penalty.every=1");
    List<String> styles = new ArrayList<>(r1);
    styles.addAll(
        List.of(
            "network.stylegan2.style-size=7",
            "network.stylegan2.mapping-layers=2",
            "network.stylegan2.deviation-group=2",
            "training.style-mixing=0",
            "training.path-length.weight=0"));
    List<String> separate = new ArrayList<>(styles);
    separate.add("training.regularisation=separate");
    List<String> parts = new ArrayList<>(styles);
    parts.add("training.micro-batch=2");
    List<String> quantised = new ArrayList<>(r1);
    quantised.addAll(
        List.of(
            "network.biggan.quantiser.layers=\"02\"",
            "network.biggan.discriminator-attention=16",
            "training.same-fakes=true"));
    return List.of(
        Arguments.of("biggan-cifar100-small", 32, 1, r1),
        Arguments.of("biggan-cifar100-small", 32, 4, r1),
        Arguments.of("biggan-cifar100-small", 32, 2, quantised),
        Arguments.of("dcgan-celeba", 32, 2, r1),
        Arguments.of("stylegan2-cifar100", 16, 1, styles),
        Arguments.of("stylegan2-cifar100", 16, 1, parts),
        Arguments.of("stylegan2-cifar100", 16, 2, separate));
  }

  private static RunSettings settings(String preset, int frozen, List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(
        List.of(
            "dataset.path=.",
            // Adam's update is nearly the gradient, whose rounding stays small.
            "training.discriminator.epsilon=1",
            "training.discriminator.learning-rate=0.1",
            // Else another norm, that of fewer gradients, is limited.
            "training.clip-norm=0",
            "network.latent-size=6",
            "network.generator-channels=8",
            "network.discriminator-channels=8",
            "training.batch=4",
            "training.discriminator-steps=1",
            "training.freeze-d=" + frozen));
    return SettingsLoader.load(preset, List.of(), all);
  }

  private static GanTraining training(RunSettings settings, int size) {
    return new GanTraining(settings, ImageSpec.rgb(size, CLASSES), CompiledGraph::compile);
  }

  private static void step(GanTraining training, long step) {
    long[] shape = training.spec().shape(4);
    CounterRandom random = new CounterRandom(step, Stream.SAMPLING, 0, 0);
    float[] images = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) Math.tanh(random.nextGaussian());
    }
    training.step(step, FloatBuffer.wrap(images), new int[] {0, 1, 2, 0});
  }

  /** The discriminator's tensors by name. */
  private static Map<String, float[]> values(GanTraining training) {
    Map<String, float[]> values = new TreeMap<>();
    FloatBuffer all = training.discriminator().values().floats().read();
    for (ParameterLayout.Slot slot : training.discriminator().values().layout().slots()) {
      float[] tensor = new float[(int) slot.length()];
      all.get((int) slot.offset(), tensor);
      values.put(slot.name(), tensor);
    }
    return values;
  }

  private static float[] copy(FloatVector vector) {
    float[] values = new float[vector.length()];
    vector.read().get(0, values);
    return values;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void frozenBlocksStayAndTheOthersAreUpdatedAsEver(
      String preset, int size, int count, List<String> more) {
    RunSettings settings = settings(preset, count, more);
    List<NetworkBlock> frozen =
        FreezeD.blocks(GanNetworks.of(settings.network(), ImageSpec.rgb(size, CLASSES)), count);
    try (GanTraining partly = training(settings, size);
        GanTraining wholly = training(settings(preset, 0, more), size)) {
      // As if all had been trained before.
      for (GanTraining training : List.of(partly, wholly)) {
        fillMoments(training);
        settleSpectralNorms(training);
      }
      Map<String, float[]> before = values(partly);
      float[] first = copy(partly.discriminator().adam().firstMoments());
      step(partly, 1);
      step(wholly, 1);
      // Gradients, R1's too, do not depend on what else is trained.
      Map<String, float[]> expected = values(wholly);
      // There the penalty's gradients are those of blocks that the loss has updated before.
      if (settings.training().regularisation() == TrainingSettings.Regularisation.ADDED) {
        assertThat(difference(partly, before, values(partly), expected)).isLessThan(1e-4);
      }
      step(partly, 2);
      Map<String, float[]> last = values(partly);
      for (ParameterLayout.Slot slot : partly.discriminator().values().layout().slots()) {
        String name = slot.name();
        boolean stays = frozen.stream().anyMatch(block -> block.holds(name));
        if (stays || slot.trainable()) {
          assertThat(Arrays.equals(last.get(name), before.get(name))).as(name).isEqualTo(stays);
        }
      }
      long parameters = partly.discriminator().frozenParameters();
      assertThat(parameters).isPositive();
      assertThat(
              Arrays.copyOf(copy(partly.discriminator().adam().firstMoments()), (int) parameters))
          .isEqualTo(Arrays.copyOf(first, (int) parameters));
    }
  }

  private static void fillMoments(GanTraining training) {
    for (FloatVector moments :
        List.of(
            training.discriminator().adam().firstMoments(),
            training.discriminator().adam().secondMoments())) {
      FloatBuffer values = moments.write();
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, 1e-2f + i % 7 * 1e-3f);
      }
    }
  }

  /** Else a first step alone would change what spectral norm divides by. */
  private static void settleSpectralNorms(GanTraining training) {
    Map<String, float[]> values = values(training);
    ParameterLayout layout = training.discriminator().values().layout();
    FloatBuffer all = training.discriminator().values().floats().write();
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.name().endsWith(".u")) {
        String weight = slot.name().replaceAll("u$", "weight");
        boolean rows = weight.equals("embedding.weight");
        double[] u = leading(values.get(weight), (int) slot.length(), rows);
        for (int i = 0; i < u.length; i++) {
          all.put((int) slot.offset() + i, (float) u[i]);
        }
      }
    }
  }

  /** The leading singular vector of a matrix, on the side of its outputs. */
  private static double[] leading(float[] matrix, int outputs, boolean rows) {
    int inputs = matrix.length / outputs;
    double[] u = new double[outputs];
    Arrays.fill(u, 1);
    for (int round = 0; round < 300; round++) {
      double[] v = new double[inputs];
      double[] next = new double[outputs];
      for (int out = 0; out < outputs; out++) {
        for (int in = 0; in < inputs; in++) {
          v[in] += u[out] * matrix[rows ? out * inputs + in : in * outputs + out];
        }
      }
      for (int out = 0; out < outputs; out++) {
        for (int in = 0; in < inputs; in++) {
          next[out] += v[in] * matrix[rows ? out * inputs + in : in * outputs + out];
        }
      }
      double norm = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
      for (int out = 0; out < outputs; out++) {
        u[out] = next[out] / norm;
      }
    }
    return u;
  }

  /** Of the parameters that are trained: the norm of the difference over that of the change. */
  private static double difference(
      GanTraining training,
      Map<String, float[]> before,
      Map<String, float[]> updated,
      Map<String, float[]> expected) {
    double change = 0;
    double difference = 0;
    for (ParameterLayout.Slot slot : training.discriminator().values().layout().slots()) {
      if (slot.trainable() && slot.offset() >= training.discriminator().frozenParameters()) {
        for (int i = 0; i < slot.length(); i++) {
          float now = updated.get(slot.name())[i];
          change += Math.pow(now - before.get(slot.name())[i], 2);
          difference += Math.pow(now - expected.get(slot.name())[i], 2);
        }
      }
    }
    return Math.sqrt(difference / change);
  }

  @Test
  void whatIsNotThereCannotBeFrozen() {
    ImageSpec spec = ImageSpec.rgb(32, CLASSES);
    assertThat(FreezeD.misfit(settings("biggan-cifar100-small", 4, List.of()), spec)).isEmpty();
    assertThat(FreezeD.misfit(settings("biggan-cifar100-small", 5, List.of()), spec))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "training.freeze-d is 5", "32 pixels", "4 blocks", "32 to 16, 16 to 8"));
    assertThat(FreezeD.places(settings("biggan-cifar100-small", 2, List.of()), spec))
        .containsExactly("32 to 16", "16 to 8");
  }
}
