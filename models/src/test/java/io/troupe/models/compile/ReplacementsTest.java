package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Condition;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.Resample;
import io.troupe.models.layers.SpectralNormLayers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Graphs with replaced operations against the same graphs with ND4J's own. */
@Tag("parity")
@ParameterizedClass
@ValueSource(longs = {4, 32})
class ReplacementsTest {
  private final long[] pictures;
  private long[] results;

  private final GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
  private final SameDiff ops = builder.sameDiff();
  private final SDVariable x;
  private final List<String> differentiated = new ArrayList<>(List.of("x"));

  /** Small pictures, whose operations stay as many, and large ones, whose are joined. */
  ReplacementsTest(long height) {
    pictures = new long[] {3, height, 36, 5};
    results = pictures;
    x = builder.input("x", pictures);
  }

  @Test
  void reluGradient() {
    differentiated.add("y");
    SDVariable y = builder.input("y", pictures);
    check(ops.nn().relu(x.mul(y), 0).mul(y), "thresholdedrelu_bp");
  }

  @Test
  void leakyReluAndScalars() {
    SDVariable y = ops.nn().leakyRelu(x.mul(2).sub(0.5), 0.2);
    check(y.rsub(1).neg().add(x), joined("lrelu_bp"));
  }

  @Test
  void aSumIsReadAfterTheOperationsThatItWasJoinedTo() {
    SDVariable y = x.mul(2).add(x);
    check(y.sub(y.mean(0, 1, 2)), "reduce_mean");
  }

  @Test
  void elementsInOnePass() {
    SDVariable gain = builder.input("gain", 3, 1, 1, 5);
    SDVariable bias = builder.input("bias", 5);
    differentiated.add("gain");
    differentiated.add("bias");
    check(ops.nn().relu(x.mul(gain).add(bias), 0), joined("multiply", "relu"));
  }

  /** What must be gone where pictures are large enough to join operations. */
  private String[] joined(String... kinds) {
    return pictures[1] > 4 ? kinds : new String[] {"none"};
  }

  @Test
  void reluWithAnotherThresholdStays() {
    Graph graph = graph(ops.nn().relu(x, 0.5));
    try (CompiledGraph program = CompiledGraph.of(bind(graph, new LinkedHashMap<>()))) {
      assertThat(program.kinds()).contains("thresholdedrelu_bp");
    }
  }

  @Test
  void meansAndSumsOverPositions() {
    SDVariable mean = x.mean(0, 1, 2);
    // Small, because the loss's sine would magnify rounding.
    SDVariable sum = x.mul(x).mul(1e-3).sum(0, 1, 2);
    check(x.add(mean).mul(sum), "reduce_mean", "reduce_mean_bp", "add_bp");
  }

  @Test
  void meanGradientThatIsNeededInFull() {
    // The mean's gradient itself goes into a hyperbolic tangent's.
    check(x.add(ops.math().tanh(x).mean(0, 1, 2)), "reduce_mean");
  }

  @Test
  void productsAndDifferencesWithChannels() {
    differentiated.add("gain");
    differentiated.add("bias");
    SDVariable gain = builder.input("gain", 5);
    SDVariable bias = builder.input("bias", 5);
    check(x.sub(bias).mul(gain), "multiply_bp", "subtract_bp");
  }

  @Test
  void productsAndSumsWithChannelsOfEachPicture() {
    differentiated.add("gain");
    differentiated.add("bias");
    SDVariable gain = builder.input("gain", 3, 1, 1, 5);
    SDVariable bias = builder.input("bias", 3, 1, 1, 5);
    check(x.mul(gain).add(bias), "multiply_bp", "add_bp");
  }

  @Test
  void differencesOfEqualShapes() {
    differentiated.add("y");
    SDVariable y = builder.input("y", pictures);
    check(x.sub(y).mul(x), "multiply_bp", "subtract_bp");
  }

  @Test
  void plainBatchNorm() {
    Scope scope = builder.scope("net/", BatchNormMode.BATCH);
    checkNorm(scope, new BatchNorm(1e-5, 0.1).plain(scope, x, pictures));
  }

  @Test
  void conditionalBatchNorm() {
    SDVariable classes = builder.input("classes", 3, 4);
    Scope scope = builder.scope("net/", BatchNormMode.BATCH);
    Initial tables = new Initial.Normal(1);
    checkNorm(
        scope,
        new BatchNorm(1e-5, 0.1)
            .conditional(scope, x, Condition.table(classes, 4, tables), pictures));
  }

  @Test
  void pointwiseConvolution() {
    differentiated.add("net/weight");
    differentiated.add("net/bias");
    Scope scope = builder.scope("net/", BatchNormMode.BATCH);
    Initial weights = new Initial.Normal(1);
    check(new SpectralNormLayers(weights, 1e-8).convolution(scope, x, 5, 5, 1), "conv2d_bp");
  }

  @Test
  void aConvolutionWhoseMeansAloneAreReadHalvesThePictures() {
    results = new long[] {3, pictures[1] / 2, 18, 5};
    check(halved(x, "weights", "bias"), "avgpool2d", "avgpool2d_bp");
  }

  @Test
  void convolutionOfGroups() {
    differentiated.add("weights");
    differentiated.add("bias");
    SDVariable all = ops.concat(3, x, x.mul(2));
    SDVariable weights = builder.input("weights", 3, 3, 2, 15);
    results = new long[] {3, pictures[1], pictures[2], 15};
    check(Convolution.same(ops, all, weights, 3, builder.input("bias", 15)), "conv2d_bp");
  }

  @Test
  void aConvolutionThatIsReadBesidesItsMeansStays() {
    SDVariable weights = builder.input("weights", 3, 3, 5, 5);
    SDVariable y = Convolution.same(ops, x, weights, 3, builder.input("bias", 5));
    differentiated.add("weights");
    differentiated.add("bias");
    results = new long[] {3, pictures[1] / 2, 18, 5};
    check(Resample.downsampleByMean(ops, y).add(y.mean(0, 1, 2)), "fold", "fold_gradient");
  }

  private SDVariable halved(SDVariable pictures, String weights, String bias) {
    differentiated.add(weights);
    differentiated.add(bias);
    SDVariable y =
        Convolution.same(
            ops, pictures, builder.input(weights, 3, 3, 5, 5), 3, builder.input(bias, 5));
    return Resample.downsampleByMean(ops, y);
  }

  @Test
  void aReluThatAloneReadsAConvolutionIsPartOfIt() {
    SDVariable weights = builder.input("weights", 3, 3, 5, 5);
    SDVariable bias = builder.input("bias", 5);
    SDVariable y = Convolution.same(ops, x, weights, 3, bias);
    SDVariable z = Convolution.same(ops, ops.nn().relu(y, 0), weights, 3, bias);
    builder.output("result", ops.nn().relu(z, 0));
    builder.output("kept", z);
    Graph graph = builder.build();
    INDArray[][] found = new INDArray[2][];
    for (int i = 0; i < 2; i++) {
      found[i] =
          new INDArray[] {
            Nd4j.create(DataType.FLOAT, pictures), Nd4j.create(DataType.FLOAT, pictures)
          };
      Bindings bindings = inputs(graph).bind("result", found[i][0]).bind("kept", found[i][1]);
      try (CompiledGraph program =
          i == 0 ? CompiledGraph.of(bindings) : CompiledGraph.withoutReplacements(bindings)) {
        program.run();
        if (i == 0) {
          // The second convolution's own result is wanted.
          assertThat(program.kinds()).containsExactly("convolution", "convolution", "relu");
        }
      }
    }
    assertThat(distance(found[0][0], found[1][0])).isBetween(0.0, 1e-5);
    assertThat(distance(found[0][1], found[1][1])).isBetween(0.0, 1e-5);
  }

  @Test
  void productsOfStacks() {
    long positions = pictures[1] * pictures[2];
    SDVariable keys = stack("keys", 7, 5);
    SDVariable values = stack("values", 7, 5);
    SDVariable left = stack("left", 6, positions);
    SDVariable right = stack("right", 5, 6);
    SDVariable other = stack("other", 6, 5);
    SDVariable shares = ops.mmul(ops.reshape(x, 3, positions, 5), keys, false, true, false);
    SDVariable sum =
        ops.mmul(shares, values)
            .add(ops.mmul(left, right, true, true, false))
            .add(ops.mmul(left, other, true, false, false));
    check(ops.reshape(sum, pictures), "matmul", "matmul_bp");
  }

  private SDVariable stack(String name, long rows, long columns) {
    differentiated.add(name);
    return builder.input(name, 3, rows, columns);
  }

  private void checkNorm(Scope scope, SDVariable result) {
    scope.layout().slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .forEach(slot -> differentiated.add("net/" + slot.name()));
    check(result, "add_bp", "subtract_bp", "reduce_mean", "reduce_mean_bp");
  }

  private Graph graph(SDVariable result) {
    // A loss whose gradient is neither constant nor zero anywhere.
    SDVariable weights = ops.math().sin(result.mul(1.3));
    builder.output("result", result);
    builder.output("loss", ops.math().tanh(weights).sum());
    return builder.build("loss", differentiated);
  }

  private void check(SDVariable result, String... replaced) {
    Graph graph = graph(result);
    Map<String, INDArray> actual = new LinkedHashMap<>();
    Map<String, INDArray> expected = new LinkedHashMap<>();
    try (CompiledGraph program = CompiledGraph.of(bind(graph, actual));
        Program reference = CompiledGraph.withoutReplacements(bind(graph, expected))) {
      assertThat(program.kinds()).doesNotContain(replaced);
      program.run();
      reference.run();
      program.run();
    }
    expected.forEach(
        (name, array) ->
            assertThat(distance(actual.get(name), array)).as(name).isBetween(0.0, 1e-5));
  }

  private static double distance(INDArray actual, INDArray expected) {
    double scale = expected.norm2Number().doubleValue();
    assertThat(scale).isGreaterThan(1e-3);
    return actual.sub(expected).norm2Number().doubleValue() / scale;
  }

  private static Bindings inputs(Graph graph) {
    Bindings bindings = new Bindings(graph);
    for (Map.Entry<String, long[]> input : graph.inputs().entrySet()) {
      INDArray array = Nd4j.create(DataType.FLOAT, input.getValue());
      CounterRandom random =
          new CounterRandom(
              9, Stream.INITIALISATION, 0, Math.floorMod(input.getKey().hashCode(), 1000));
      for (long i = 0; i < array.length(); i++) {
        array.data().put(i, (float) random.nextGaussian());
      }
      bindings.bind(input.getKey(), array);
    }
    return bindings;
  }

  private Bindings bind(Graph graph, Map<String, INDArray> outputs) {
    Bindings bindings = inputs(graph);
    outputs.put("loss", Nd4j.scalar(0f));
    outputs.put("result", Nd4j.create(DataType.FLOAT, results));
    for (String name : differentiated) {
      outputs.put(Graph.gradientOf(name), Nd4j.create(DataType.FLOAT, graph.inputs().get(name)));
    }
    outputs.forEach(bindings::bind);
    return bindings;
  }
}
