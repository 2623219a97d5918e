package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;

/**
 * One operation of a graph while it is compiled.
 *
 * @param graph says which graph, in errors
 * @param name says which operation, in errors
 * @param outputs results, and scratch memory that holds nothing between runs
 */
record Operation(
    String graph, String name, Computation computation, List<Value> inputs, List<Value> outputs) {

  /** An operation of ND4J. */
  Operation(String graph, DifferentialFunction function, List<Value> inputs, List<Value> outputs) {
    this(graph, String.valueOf(function.getOwnName()), new Nd4jFunction(function), inputs, outputs);
  }

  /** The name of what the operation does. */
  String kind() {
    return computation.kind();
  }

  /** What is known of such operations. */
  OperationKind known() {
    return OperationKind.of(kind());
  }

  /** The function of ND4J that a graph as it was read consists of. */
  DifferentialFunction nd4jFunction() {
    return ((Nd4jFunction) computation).function();
  }

  /** A kernel on the present arrays. */
  Kernel kernel() {
    try {
      return computation.kernel(this);
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /** The failure of this operation, with all that is needed to find it. */
  IllegalStateException failure(RuntimeException cause) {
    return new IllegalStateException(
        "%s: operation %s (%s) on inputs %s failed: %s"
            .formatted(graph, name, kind(), shapes(), cause.getMessage()),
        cause);
  }

  private String shapes() {
    return inputs.stream()
        .map(v -> v.name() + " " + v.array().dataType() + Arrays.toString(v.array().shape()))
        .collect(Collectors.joining(", "));
  }
}
