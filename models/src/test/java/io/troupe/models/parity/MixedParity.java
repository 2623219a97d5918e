package io.troupe.models.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Program;
import io.troupe.models.memory.HostArray;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares gradients in mixed precision with exact ones, and how far they are with how far those of
 * PyTorch's autocast are ({@code scripts/fixtures/mixed.py}).
 */
public final class MixedParity {
  private static final String AUTOCAST = "autocast ";
  private static final String DETACHED = "@detached";

  /** A gradient that is less than this share of the largest one is nothing but rounding. */
  private static final double NOTHING = 1e-4;

  /** Both round as much, elsewhere: of a tensor's error, one may have this much more. */
  private static final double ONE_TENSOR = 2.5;

  /** Of all tensors together. */
  private static final double ALL = 1.3;

  private MixedParity() {}

  /** Runs a graph in float32 with a precision. */
  public static void check(String fixture, Graph graph, Precision precision) {
    Map<String, INDArray> stored = Fixture.read(fixture);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    Bindings bindings = new Bindings(graph).precision(precision);
    graph
        .inputs()
        .forEach(
            (name, shape) -> {
              String plain = name.replace(DETACHED, "");
              arrays.computeIfAbsent(plain, n -> input(n, shape));
              bindings.bind(name, arrays.get(plain));
            });
    String gradient = Graph.gradientOf("");
    graph.outputs().keySet().stream()
        .filter(name -> name.startsWith(gradient))
        .forEach(
            name -> {
              arrays.put(name, Nd4j.create(DataType.FLOAT, stored.get(name).shape()));
              bindings.bind(name, arrays.get(name));
            });
    try (Program program = CompiledGraph.compile(bindings)) {
      program.run();
    }
    double largest =
        arrays.keySet().stream()
            .filter(name -> name.startsWith(gradient))
            .mapToDouble(name -> norm(stored.get(name), null))
            .max()
            .orElseThrow();
    double ours = 0;
    double theirs = 0;
    int count = 0;
    for (String name : arrays.keySet()) {
      if (name.startsWith(gradient) && norm(stored.get(name), null) > NOTHING * largest) {
        double error = norm(arrays.get(name), stored.get(name)) / norm(stored.get(name), null);
        double other =
            norm(stored.get(AUTOCAST + name), stored.get(name)) / norm(stored.get(name), null);
        assertThat(error).as(name).isLessThan(ONE_TENSOR * other + 1e-3);
        ours += error;
        theirs += other;
        count++;
      }
    }
    assertThat(count).isGreaterThan(15);
    assertThat(ours).as("all tensors").isLessThan(ALL * theirs);
    // Nothing was left in float32 by mistake.
    assertThat(ours).isGreaterThan(0.3 * theirs);
    stored.values().forEach(INDArray::close);
    arrays.values().forEach(INDArray::close);
  }

  private static INDArray input(String name, long... shape) {
    double[] values = Formula.values(name, shape);
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (int i = 0; i < values.length; i++) {
      array.data().put(i, values[i]);
    }
    return array;
  }

  /** Of a difference, or of an array alone. */
  private static double norm(INDArray array, INDArray less) {
    float[] values = HostArray.copy(array);
    float[] others = less == null ? new float[values.length] : HostArray.copy(less);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += Math.pow(values[i] - (double) others[i], 2);
    }
    return Math.sqrt(sum);
  }
}
