package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.RealPictures;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Program;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Support;
import io.troupe.models.kernels.Processor;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.ImageSpec;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The discriminator's first step of biggan-cifar100-small on real pictures, its fakes made in
 * float32.
 */
@Tag("parity")
class MixedPrecisionTest {
  private static final int CLASSES = 20;
  private static final String REAL_LOGIT = StepGraphs.REAL_LOGIT;

  /** What rounding operands and activations to eight bits may do to a gradient. */
  private static final double ROUNDING = 2e-2;

  /**
   * What another order of float32 sums may do: some of them round to the neighbouring number, one
   * of a thousand by what Bfloat16ConvolutionsTest sees.
   */
  private static final double ORDER = 3e-3;

  @Test
  void gradientsAreNearlyThoseOfFloat32AndBothWaysToMultiplyAgree() {
    Map<String, float[]> expected = gradients(Precision.FLOAT32);
    Map<String, float[]> portable = gradients(mixed(Bfloat16Algorithm.PORTABLE));
    assertThat(portable.get("discriminator/block1.conv1.weight"))
        .isNotEqualTo(expected.get("discriminator/block1.conv1.weight"));
    assertNear(portable, expected, ROUNDING);
    if (Processor.bfloat16() != Bfloat16Support.NONE) {
      assertNear(gradients(mixed(Bfloat16Algorithm.NATIVE)), portable, ORDER);
    }
  }

  private static Precision mixed(Bfloat16Algorithm algorithm) {
    return Precision.mixed(Bfloat16Choice.always(algorithm));
  }

  private static void assertNear(
      Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(20);
    expected.forEach(
        (name, values) ->
            assertThat(distance(actual.get(name), values)).as(name).isLessThan(tolerance));
  }

  /** Norm of the difference over norm of what is expected. */
  private static double distance(float[] actual, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /** By the names of the discriminator's parameters, before Adam. */
  private static Map<String, float[]> gradients(Precision precision) {
    RunSettings settings =
        SettingsLoader.load(
            "biggan-cifar100-small", List.of(), List.of("training.discriminator-steps=1"));
    int batch = settings.training().batch();
    RealPictures pictures = RealPictures.first(batch);
    Map<String, float[]> found = new LinkedHashMap<>();
    try (GanTraining training =
        new GanTraining(
            settings,
            ImageSpec.rgb(32, CLASSES),
            bindings ->
                bindings.outputs().containsKey(REAL_LOGIT)
                    ? read(bindings.precision(precision), found)
                    : CompiledGraph.compile(bindings))) {
      training.step(1, FloatBuffer.wrap(pictures.pixels()), pictures.superclasses());
    }
    return found;
  }

  private static Program read(Bindings bindings, Map<String, float[]> found) {
    Program program = CompiledGraph.compile(bindings);
    String start = Graph.gradientOf("");
    return program.running(
        pause -> {
          program.run(pause);
          Map<String, INDArray> outputs = bindings.outputs();
          outputs.keySet().stream()
              .filter(name -> name.startsWith(start))
              .forEach(
                  name ->
                      found.put(name.substring(start.length()), HostArray.copy(outputs.get(name))));
        });
  }
}
