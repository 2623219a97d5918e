package io.troupe.torch;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.compile.OperationKind;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Each kind of operation that the compiler knows against ND4J's own; those that this engine lacks
 * are refused by name. A new kind needs a row here.
 */
class OperationsTest {
  private static final long[] SHAPE = {4, 6, 6, 8};

  private static final List<String> DIFFERENTIATED = List.of("x", "y");

  /** An operation on pictures of {@link #SHAPE}, twice, and weights of a 3x3 convolution. */
  private interface Maker {
    SDVariable make(SameDiff graph, SDVariable x, SDVariable y);
  }

  /**
   * Put in place of others in native programs, or run while a graph is read; engines never see
   * these.
   */
  private static final Set<OperationKind> NEVER_SEEN =
      EnumSet.of(
          OperationKind.CAST, OperationKind.ELEMENTWISE, OperationKind.SHAPE, OperationKind.OTHER);

  /** No network of Troupe has them. */
  private static final Set<OperationKind> REFUSED =
      EnumSet.of(
          OperationKind.STRIDED_SLICE,
          OperationKind.GATHER,
          OperationKind.DECONV2D,
          OperationKind.DEPTHWISE_CONV2D);

  private static final Map<OperationKind, Maker> MAKERS =
      Map.ofEntries(
          entry(OperationKind.ADD, (g, x, y) -> x.add(y)),
          entry(OperationKind.SUBTRACT, (g, x, y) -> x.sub(y)),
          entry(OperationKind.MULTIPLY, (g, x, y) -> x.mul(y)),
          entry(OperationKind.DIVIDE, (g, x, y) -> x.div(g.math().exp(y))),
          entry(OperationKind.MAXIMUM, (g, x, y) -> g.math().max(x, y)),
          entry(OperationKind.MINIMUM, (g, x, y) -> g.math().min(x, y)),
          entry(OperationKind.REVERSE_SUBTRACT, (g, x, y) -> x.rsub(y)),
          entry(OperationKind.REVERSE_DIVIDE, (g, x, y) -> g.math().exp(x).rdiv(y)),
          entry(OperationKind.ADD_SCALAR, (g, x, y) -> x.add(3)),
          entry(OperationKind.SUBTRACT_SCALAR, (g, x, y) -> x.sub(3)),
          entry(OperationKind.MULTIPLY_SCALAR, (g, x, y) -> x.mul(3)),
          entry(OperationKind.DIVIDE_SCALAR, (g, x, y) -> x.div(3)),
          entry(OperationKind.SUBTRACT_FROM_SCALAR, (g, x, y) -> x.rsub(3)),
          entry(OperationKind.DIVIDE_SCALAR_BY, (g, x, y) -> g.math().exp(x).rdiv(3)),
          entry(OperationKind.MAXIMUM_SCALAR, (g, x, y) -> g.scalarMax(x, 0.5)),
          entry(OperationKind.MINIMUM_SCALAR, (g, x, y) -> g.scalarMin(x, 0.5)),
          entry(OperationKind.POWER, (g, x, y) -> g.math().pow(g.math().exp(x), 1.5)),
          entry(OperationKind.SQUARE, (g, x, y) -> g.math().square(x)),
          entry(OperationKind.SQUARE_ROOT, (g, x, y) -> g.math().sqrt(g.math().exp(x))),
          entry(OperationKind.RECIPROCAL_SQUARE_ROOT, (g, x, y) -> g.math().rsqrt(g.math().exp(x))),
          entry(OperationKind.RECIPROCAL, (g, x, y) -> g.math().reciprocal(g.math().exp(x))),
          entry(OperationKind.EXP, (g, x, y) -> g.math().exp(x)),
          entry(OperationKind.LOG, (g, x, y) -> g.math().log(g.math().exp(x))),
          entry(OperationKind.NEGATE, (g, x, y) -> x.neg()),
          entry(OperationKind.STEP, (g, x, y) -> g.math().step(x, 0).mul(y)),
          entry(OperationKind.RELU, (g, x, y) -> g.nn().relu(x, 0)),
          entry(OperationKind.RELU_GRADIENT, (g, x, y) -> g.nn().relu(x, 0)),
          entry(OperationKind.LEAKY_RELU, (g, x, y) -> g.nn().leakyRelu(x, 0.2)),
          entry(OperationKind.LEAKY_RELU_GRADIENT, (g, x, y) -> g.nn().leakyRelu(x, 0.2)),
          entry(OperationKind.TANH, (g, x, y) -> g.math().tanh(x)),
          entry(OperationKind.SIGMOID, (g, x, y) -> g.nn().sigmoid(x)),
          entry(OperationKind.SOFTPLUS, (g, x, y) -> g.nn().softplus(x)),
          entry(OperationKind.SOFTMAX, (g, x, y) -> g.nn().softmax(x, 3)),
          entry(OperationKind.IDENTITY, (g, x, y) -> g.identity(x)),
          entry(OperationKind.RESHAPE, (g, x, y) -> x.reshape(4, 36, 8)),
          entry(OperationKind.EXPAND_DIMS, (g, x, y) -> g.expandDims(x, 1)),
          entry(OperationKind.SQUEEZE, (g, x, y) -> g.squeeze(g.expandDims(x, 1), 1)),
          entry(OperationKind.PERMUTE, (g, x, y) -> x.permute(0, 2, 3, 1)),
          entry(OperationKind.TRANSPOSE, (g, x, y) -> g.transpose(x.reshape(24, 48))),
          entry(OperationKind.TILE, (g, x, y) -> g.tile(x, 1, 2, 3, 1)),
          entry(OperationKind.SLICE, (g, x, y) -> g.slice(x, new int[] {1, 0, 2, 0}, 2, 6, 3, 8)),
          entry(
              OperationKind.STRIDED_SLICE,
              (g, x, y) -> x.get(SDIndex.interval(0, 2, 4), SDIndex.all())),
          entry(OperationKind.GATHER, (g, x, y) -> g.gather(x, new int[] {2, 0}, 0)),
          entry(
              OperationKind.PAD,
              (g, x, y) ->
                  g.nn()
                      .pad(
                          x,
                          g.constant(
                              Nd4j.createFromArray(new int[][] {{0, 0}, {1, 2}, {2, 1}, {0, 0}})),
                          PadMode.CONSTANT,
                          0)),
          entry(OperationKind.CONCAT, (g, x, y) -> g.concat(3, x, y)),
          entry(OperationKind.CONCAT_GRADIENT, (g, x, y) -> g.concat(3, x, y)),
          entry(OperationKind.STACK, (g, x, y) -> g.stack(1, x, y)),
          entry(OperationKind.REDUCE_SUM, (g, x, y) -> x.sum(1, 2)),
          entry(OperationKind.REDUCE_MEAN, (g, x, y) -> x.mean(1, 2)),
          entry(OperationKind.REDUCE_MEAN_GRADIENT, (g, x, y) -> x.mean(1, 2)),
          entry(OperationKind.MATMUL, OperationsTest::product),
          entry(OperationKind.MATMUL_GRADIENT, OperationsTest::product),
          entry(OperationKind.CONV2D, OperationsTest::convolution),
          entry(OperationKind.CONV2D_GRADIENT, OperationsTest::convolution),
          entry(
              OperationKind.DECONV2D,
              (g, x, y) ->
                  g.cnn()
                      .deconv2d(
                          x,
                          weights(g, y),
                          DeConv2DConfig.builder()
                              .kH(3)
                              .kW(3)
                              .sH(1)
                              .sW(1)
                              .pH(1)
                              .pW(1)
                              .dH(1)
                              .dW(1)
                              .isSameMode(false)
                              .dataFormat("NHWC")
                              .build())),
          entry(
              OperationKind.DEPTHWISE_CONV2D,
              (g, x, y) -> g.cnn().depthWiseConv2d(x, weights(g, y).mean(true, 3), windows3())),
          entry(OperationKind.AVERAGE_POOL, (g, x, y) -> g.cnn().avgPooling2d(x, windows2())),
          entry(
              OperationKind.AVERAGE_POOL_GRADIENT,
              (g, x, y) -> g.cnn().avgPooling2d(x, windows2())),
          entry(OperationKind.MAX_POOL, (g, x, y) -> g.cnn().maxPooling2d(x, windows2())),
          entry(OperationKind.ADD_GRADIENT, (g, x, y) -> x.add(y.mean(true, 1, 2))),
          entry(OperationKind.SUBTRACT_GRADIENT, (g, x, y) -> x.sub(y.mean(true, 1, 2))),
          entry(OperationKind.MULTIPLY_GRADIENT, (g, x, y) -> x.mul(y.mean(true, 1, 2))));

  /** Before ND4J, as in the parity test. */
  @BeforeAll
  static void load() {
    TorchLibrary.load();
  }

  private static SDVariable product(SameDiff graph, SDVariable x, SDVariable y) {
    return x.reshape(24, 48).mmul(y.reshape(48, 24));
  }

  private static SDVariable weights(SameDiff graph, SDVariable y) {
    return graph.slice(y.reshape(1152), new int[] {0}, 576).reshape(3, 3, 8, 8);
  }

  private static SDVariable convolution(SameDiff graph, SDVariable x, SDVariable y) {
    return graph.cnn().conv2d(x, weights(graph, y), windows3());
  }

  private static Conv2DConfig windows3() {
    return Conv2DConfig.builder().kH(3).kW(3).pH(1).pW(1).dataFormat("NHWC").build();
  }

  private static Pooling2DConfig windows2() {
    return Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(true).build();
  }

  @ParameterizedTest
  @EnumSource
  void isThatOfNd4jOrRefusedByName(OperationKind kind) {
    if (NEVER_SEEN.contains(kind)) {
      return;
    }
    assertThat(MAKERS).as("a row for each kind").containsKey(kind);
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    SDVariable x = builder.input("x", SHAPE);
    SDVariable y = builder.input("y", SHAPE);
    SDVariable made = MAKERS.get(kind).make(builder.sameDiff(), x, y);
    builder.output("loss", made.mul(made).add(1).mean());
    if (REFUSED.contains(kind)) {
      try (FlatGraph graph = graph(builder, List.of())) {
        assertThatThrownBy(() -> new TorchEngine("cpu", false).compile(graph))
            .hasMessageContaining(
                "the engine torch has no \"%s\"; compute.engine = native has", kind.opName());
      }
      return;
    }
    check(builder, kind.name().endsWith("_GRADIENT") ? DIFFERENTIATED : List.of(), kind.opName());
  }

  /** Against one group's weights that are zero between the groups; of one input it is depthwise. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void groupsOfChannelsAreApart(int inputs) {
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    SDVariable x = builder.input("x", SHAPE);
    SDVariable weights = builder.input("y", 3, 3, inputs, 16);
    SDVariable made = builder.sameDiff().cnn().conv2d(x, weights, windows3());
    builder.output("loss", made.mul(made).mean());
    check(builder, DIFFERENTIATED, "conv2d_bp");
  }

  /** Of adaptive augmentation; ND4J has no such operation. */
  @ParameterizedTest
  @ValueSource(strings = {"picture_warp", "picture_warp_gradient"})
  void warpsAreThoseOfTheKernel(String kind) {
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    SDVariable pictures = builder.input("x", 5, 9, 12, 3);
    builder.output("loss", builder.warp(pictures, builder.input("y", 5, 6), 5, 9, 12, 3).mean());
    check(builder, DIFFERENTIATED.subList(0, 1), kind);
  }

  private static void check(GraphBuilder builder, List<String> differentiated, String kind) {
    Set<String> kinds = new TreeSet<>();
    TorchEngine engine = new TorchEngine("cpu", false);
    try (FlatGraph graph = graph(builder, differentiated)) {
      for (FlatGraph.Step step : graph.steps()) {
        kinds.add(step.kind());
        assertThat(OperationCheck.run(engine, step, false))
            .as(step.signature())
            .isLessThan(TorchCheck.OPERATION_BOUND);
        assertThat(OperationCheck.run(engine, step, true))
            .as("in bfloat16: " + step.signature())
            .isLessThanOrEqualTo(OperationCheck.mixedBound(engine, step));
      }
    }
    assertThat(kinds).contains(kind);
  }

  /** A graph whose output is its loss, and gradients. */
  private static FlatGraph graph(GraphBuilder builder, List<String> differentiated) {
    Graph graph =
        differentiated.isEmpty() ? builder.build() : builder.build("loss", differentiated);
    Bindings bindings = new Bindings(graph).bind("loss", Nd4j.scalar(DataType.FLOAT, 0));
    for (Map.Entry<String, long[]> input : graph.inputs().entrySet()) {
      bindings.bind(input.getKey(), Nd4j.create(DataType.FLOAT, input.getValue()));
    }
    for (String name : differentiated) {
      INDArray gradient = Nd4j.create(DataType.FLOAT, graph.inputs().get(name));
      bindings.bind(Graph.gradientOf(name), gradient);
    }
    return FlatGraph.of(bindings);
  }
}
