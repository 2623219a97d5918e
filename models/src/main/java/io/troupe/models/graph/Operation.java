package io.troupe.models.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One operation of a graph while it is compiled.
 *
 * @param graph says which graph, in errors
 */
record Operation(
    String graph, DifferentialFunction function, List<Value> inputs, List<Value> outputs) {

  /** What the operation does: ND4J's name. */
  String kind() {
    return function.opName();
  }

  /** A new context with the inputs and arguments, without outputs. */
  OpContext context() {
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < inputs.size(); i++) {
      context.setInputArray(i, inputs.get(i).array());
    }
    if (function instanceof DynamicCustomOp custom) {
      context.setIArguments(custom.iArgs());
      context.setTArguments(custom.tArgs());
      context.setBArguments(custom.bArgs());
      context.setDArguments(custom.dArgs());
    }
    return context;
  }

  /** The failure of this operation, with all that is needed to find it. */
  IllegalStateException failure(RuntimeException cause) {
    return new IllegalStateException(
        "%s: operation %s (%s) on inputs %s failed: %s"
            .formatted(graph, function.getOwnName(), kind(), shapes(), cause.getMessage()),
        cause);
  }

  private String shapes() {
    return inputs.stream()
        .map(v -> v.name() + " " + v.array().dataType() + Arrays.toString(v.array().shape()))
        .collect(Collectors.joining(", "));
  }
}
