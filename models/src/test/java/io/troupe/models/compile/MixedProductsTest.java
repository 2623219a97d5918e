package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Precision;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Support;
import io.troupe.models.kernels.Processor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Products of attention in mixed precision, by instructions for bfloat16 and without. */
@Tag("parity")
class MixedProductsTest {
  private static final List<String> INPUTS = List.of("queries", "keys", "values");

  private final Graph graph = attention();

  /** softmax(queries keys^T) values, of three stacked matrices. */
  private static Graph attention() {
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    SameDiff ops = builder.sameDiff();
    SDVariable queries = builder.input("queries", 3, 40, 8);
    SDVariable keys = builder.input("keys", 3, 20, 8);
    SDVariable values = builder.input("values", 3, 20, 32);
    SDVariable shares = ops.nn().softmax(ops.mmul(queries, keys, false, true, false), -1);
    SDVariable result = ops.mmul(shares, values);
    builder.output("loss", ops.math().tanh(result).sum());
    return builder.build("loss", INPUTS);
  }

  @Test
  void bothWaysToMultiplyAgreeAndAreNearFloat32() {
    assumeTrue(
        Processor.bfloat16() != Bfloat16Support.NONE, "this processor does not multiply bfloat16");
    Map<String, INDArray> exact = gradients(Precision.FLOAT32);
    Map<String, INDArray> portable = gradients(mixed(Bfloat16Algorithm.PORTABLE));
    Map<String, INDArray> bfloat16 = gradients(mixed(Bfloat16Algorithm.NATIVE));
    for (String name : INPUTS) {
      assertThat(distance(portable.get(name), exact.get(name))).as(name).isBetween(1e-5, 2e-2);
      assertThat(distance(bfloat16.get(name), portable.get(name))).as(name).isLessThan(3e-3);
    }
  }

  @Test
  void operandsAreNotExpandedForInstructionsThatTakeThem() {
    assumeTrue(
        Processor.bfloat16() != Bfloat16Support.NONE, "this processor does not multiply bfloat16");
    assertThat(expansions(Bfloat16Algorithm.NATIVE))
        .isLessThan(expansions(Bfloat16Algorithm.PORTABLE));
  }

  private long expansions(Bfloat16Algorithm algorithm) {
    Bindings bindings = bindings(new LinkedHashMap<>()).precision(mixed(algorithm));
    try (CompiledGraph program = CompiledGraph.of(bindings)) {
      assertThat(program.kinds()).contains("stacked_products");
      return program.kinds().stream().filter("expand"::equals).count();
    }
  }

  private static Precision mixed(Bfloat16Algorithm algorithm) {
    return Precision.mixed(Bfloat16Choice.always(algorithm));
  }

  private Map<String, INDArray> gradients(Precision precision) {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    try (CompiledGraph program = CompiledGraph.of(bindings(gradients).precision(precision))) {
      program.run();
    }
    return gradients;
  }

  private Bindings bindings(Map<String, INDArray> gradients) {
    Bindings bindings = new Bindings(graph).bind("loss", Nd4j.scalar(0f));
    for (String name : INPUTS) {
      long[] shape = graph.inputs().get(name);
      INDArray array = Nd4j.create(DataType.FLOAT, shape);
      CounterRandom random = new CounterRandom(9, Stream.INITIALISATION, 0, INPUTS.indexOf(name));
      for (long i = 0; i < array.length(); i++) {
        array.data().put(i, (float) random.nextGaussian());
      }
      gradients.put(name, Nd4j.create(DataType.FLOAT, shape));
      bindings.bind(name, array).bind(Graph.gradientOf(name), gradients.get(name));
    }
    return bindings;
  }

  private static double distance(INDArray actual, INDArray expected) {
    return actual.sub(expected).norm2Number().doubleValue() / expected.norm2Number().doubleValue();
  }
}
