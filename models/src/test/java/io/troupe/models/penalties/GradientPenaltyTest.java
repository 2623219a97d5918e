package io.troupe.models.penalties;

import static io.troupe.models.penalties.GradientPenalty.INPUT;
import static io.troupe.models.penalties.GradientPenalty.PENALTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.augmentation.AdaptiveAugment;
import io.troupe.models.compile.PenaltyCheck;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import io.troupe.models.networks.biggan.BigGanDiscriminator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/** Closed forms, and differences of the penalty itself. */
@Tag("gradient")
class GradientPenaltyTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final NetworkSettings SMALL = PlainNetworks.of("biggan", 6, 4, 5, 0.3);

  @Test
  void r1OfALinearFunction() {
    try (PenaltyCheck check = check(1.5, 0, GradientPenaltyTest::linear, "w")) {
      check.set("w", 1, 2, -2, 4).run();
      assertThat(check.scalar(PENALTY)).isCloseTo(3 / 2.0 * 25, EXACT);
      assertThat(check.gradient("w")).containsExactly(new double[] {3, 6, -6, 12}, EXACT);
    }
  }

  @Test
  void r1OfHalfTheSquaredNorm() {
    NetworkFunction function = (graph, x) -> x.mul(x).sum(1).mul(graph.input("s")).mul(0.5);
    try (PenaltyCheck check = check(1.5, 0, function, "s")) {
      check.set("s", 1).set(INPUT, 1, 2, 3, 4, 0, 0, 1, -1, 2, 2, 2, 0).run();
      double meanSquare = (30 + 2 + 12) / 3.0;
      assertThat(check.scalar(PENALTY)).isCloseTo(1.5 * meanSquare, EXACT);
      assertThat(check.gradient("s")[0]).isCloseTo(3 * meanSquare, EXACT);
    }
  }

  @Test
  void penaltyAboutOneOfALinearFunction() {
    try (PenaltyCheck check = check(10, 1, GradientPenaltyTest::linear, "w")) {
      check.set("w", 1, 2, -2, 4).run();
      assertThat(check.scalar(PENALTY)).isCloseTo(10 * 16, EXACT);
      double slope = 2 * 10 * 4 / 5.0;
      assertThat(check.gradient("w"))
          .containsExactly(new double[] {slope, 2 * slope, -2 * slope, 4 * slope}, EXACT);
    }
  }

  @Test
  void zeroGradientStays() {
    try (PenaltyCheck check = check(10, 1, GradientPenaltyTest::linear, "w")) {
      check.set("w", 0, 0, 0, 0).run();
      assertThat(check.scalar(PENALTY)).isCloseTo(10, EXACT);
      assertThat(check.gradient("w")).containsOnly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void ofANonlinearNetwork(double centre) {
    NetworkFunction network = (graph, x) -> network(graph, x, false);
    List<String> parameters = List.of("kernel1", "bias1", "kernel2", "last", "last bias");
    try (PenaltyCheck check = picture(2.5, centre, network, parameters)) {
      check.check();
      assertThat(check.gradient("bias1")).doesNotContain(0);
    }
  }

  /** Pictures that affect each other's logits. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void ofANetworkWithMinibatchDeviation(double centre) {
    NetworkFunction network = (graph, x) -> network(graph, x, true);
    List<String> parameters = List.of("kernel1", "bias1", "kernel2", "last", "last bias");
    try (PenaltyCheck check = picture(2.5, centre, network, parameters)) {
      check.check();
    }
  }

  /** Tangents pass the augmentation before the network. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void ofAugmentedPictures(double centre) {
    List<String> parameters = List.of("kernel1", "bias1", "kernel2", "last", "last bias");
    NetworkFunction network =
        (graph, x) -> {
          long[] shape = x.getShape();
          SDVariable seen = new AdaptiveAugment(1, 1, 1, 1).apply(graph, "augment ", x, shape);
          return network(graph, seen, false);
        };
    try (PenaltyCheck check = picture(2.5, centre, network, parameters)) {
      check.check();
    }
  }

  /** Piecewise linear: the last bias has no part in the penalty. */
  @Test
  void parameterWithoutEffectHasZeroGradient() {
    NetworkFunction function = (graph, x) -> linear(graph, x).add(graph.input("bias"));
    try (PenaltyCheck check = check(0.5, 0, function, "w", "bias")) {
      check.array("gradient of bias").assign(7);
      check.run();
      assertThat(check.gradient("bias")).containsExactly(0);
    }
  }

  @Test
  void ofBigGan() {
    GraphBuilder scratch = new GraphBuilder(DataType.DOUBLE);
    Scope scope = scratch.scope("d/", BatchNormMode.BATCH);
    bigGan(scratch, scope, scratch.input(INPUT, 2, 8, 8, 3));
    List<String> parameters =
        scope.layout().slots().stream()
            .filter(ParameterLayout.Slot::trainable)
            .map(slot -> "d/" + slot.name())
            .toList();
    NetworkFunction network =
        (graph, x) -> bigGan(graph, graph.scope("d/", BatchNormMode.BATCH), x);
    long[] shape = {2, 8, 8, 3};
    try (PenaltyCheck check = check(5, 0, network, parameters, shape)) {
      check.check();
    }
  }

  private static SDVariable bigGan(GraphBuilder graph, Scope scope, SDVariable images) {
    return new BigGanDiscriminator(SMALL, ImageSpec.rgb(32, 3))
        .logits(scope, images, graph.input("classes", 2, 3));
  }

  private static SDVariable linear(GraphBuilder graph, SDVariable x) {
    return x.mmul(graph.input("w", 4, 1));
  }

  private static PenaltyCheck check(
      double weight, double centre, NetworkFunction function, String... parameters) {
    return check(weight, centre, function, List.of(parameters), 3, 4);
  }

  private static PenaltyCheck picture(
      double weight, double centre, NetworkFunction network, List<String> parameters) {
    return check(weight, centre, network, parameters, 3, 5, 5, 2);
  }

  private static PenaltyCheck check(
      double weight,
      double centre,
      NetworkFunction function,
      List<String> parameters,
      long... shape) {
    GradientPenalty penalty = new GradientPenalty(centre);
    return new PenaltyCheck(
            List.of(
                penalty.gradientGraph(DataType.DOUBLE, function, shape),
                penalty.penaltyGraph(DataType.DOUBLE, function, parameters, shape)),
            PENALTY,
            parameters)
        .weigh(weight, (int) shape[0]);
  }

  /** Two convolutions with leaky ReLUs, the batch's deviation as a map, a softplus head. */
  private static SDVariable network(GraphBuilder graph, SDVariable x, boolean deviation) {
    SameDiff ops = graph.sameDiff();
    SDVariable h =
        ops.cnn().conv2d(x, graph.input("kernel1", 3, 3, 2, 4), graph.input("bias1", 4), valid());
    h = ops.nn().leakyRelu(h, 0.2);
    // Not piecewise linear, so that biases matter.
    h = h.mul(ops.nn().sigmoid(h));
    int channels = deviation ? 5 : 4;
    if (deviation) {
      SDVariable centred = h.sub(h.mean(true, 0));
      SDVariable spread = ops.math().sqrt(centred.mul(centred).mean(true, 0).add(1e-8));
      h = ops.concat(3, h, ops.tile(spread.mean(true, 1, 2, 3), 3, 3, 3, 1));
    }
    h = ops.cnn().conv2d(h, graph.input("kernel2", 3, 3, channels, 6), valid());
    h = ops.reshape(ops.nn().leakyRelu(h, 0.2), 3, 6);
    SDVariable logit = h.mmul(graph.input("last", 6, 1)).add(graph.input("last bias", 1));
    return ops.nn().softplus(logit);
  }

  private static Conv2DConfig valid() {
    return Conv2DConfig.builder()
        .kH(3)
        .kW(3)
        .sH(1)
        .sW(1)
        .pH(0)
        .pW(0)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NHWC")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
