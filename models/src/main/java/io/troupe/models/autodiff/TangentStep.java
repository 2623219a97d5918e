package io.troupe.models.autodiff;

import io.troupe.models.memory.HostArray;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One operation on the way of {@link ForwardMode}.
 *
 * @param inputs what it reads
 * @param tangents the tangent of each input that has one; at least one has
 * @param output what it computes
 * @param shapes the shape of a variable of the graph
 */
record TangentStep(
    DifferentialFunction operation,
    List<SDVariable> inputs,
    List<Optional<SDVariable>> tangents,
    SDVariable output,
    Function<String, long[]> shapes) {

  /** The graph's operations. */
  SameDiff graph() {
    return operation.getSameDiff();
  }

  /** An input. */
  SDVariable input(int index) {
    return inputs.get(index);
  }

  /** The tangent of the only input that may have one, the first. */
  SDVariable tangent() {
    if (tangents.stream().skip(1).anyMatch(Optional::isPresent)) {
      throw unsupported("a tangent of another input than the first");
    }
    return tangents.get(0).orElseThrow();
  }

  /** A result for each square of the first input, at every pixel of its square. */
  SDVariable spread(int side) {
    long[] from = shapes.apply(output.name());
    SDVariable apart = graph().reshape(output, from[0], from[1], 1, from[2], 1, from[3]);
    SDVariable together = graph().tile(apart, 1, 1, side, 1, side, 1);
    return graph().reshape(together, from[0], side * from[1], side * from[2], from[3]);
  }

  /** The mean of each square of NHWC pictures. */
  SDVariable means(SDVariable pictures, int side) {
    return graph()
        .cnn()
        .avgPooling2d(
            pictures,
            Pooling2DConfig.builder()
                .kH(side)
                .kW(side)
                .sH(side)
                .sW(side)
                .isNHWC(true)
                .type(Pooling2D.Pooling2DType.AVG)
                .build());
  }

  /** The number that a scalar operation has as its other operand. */
  double scalar() {
    return HostArray.first(((ScalarOp) operation).scalar());
  }

  /** The same operation, with the same settings, on other inputs. */
  SDVariable again(SDVariable... arguments) {
    DifferentialFunction copy = FlatBuffersMapper.cloneViaSerialize(graph(), operation);
    copy.setSameDiff(graph());
    copy.setOwnName(graph().getOpName(operation.opName()));
    graph().putOpForId(copy.getOwnName(), copy);
    graph().addArgsFor(arguments, copy);
    return copy.outputVariable();
  }

  /** The same operation with its first input exchanged for its tangent. */
  SDVariable linear() {
    SDVariable[] arguments = inputs.toArray(SDVariable[]::new);
    arguments[0] = tangent();
    return again(arguments);
  }

  /** The tangent of an input that is broadcast to the output, repeated so as to have its shape. */
  Optional<SDVariable> broadcast(int index) {
    return tangents.get(index).map(t -> repeat(t, shapes.apply(input(index).name())));
  }

  private SDVariable repeat(SDVariable tangent, long[] from) {
    long[] to = shapes.apply(output.name());
    if (Arrays.equals(from, to)) {
      return tangent;
    }
    long[] full = new long[to.length];
    int[] times = new int[to.length];
    for (int i = 0; i < to.length; i++) {
      int source = i - (to.length - from.length);
      full[i] = source < 0 ? 1 : from[source];
      times[i] = Math.toIntExact(to[i] / full[i]);
    }
    return graph().tile(graph().reshape(tangent, full), times);
  }

  /** The tangent of an input, or zeros. */
  SDVariable orZeros(int index) {
    return tangents
        .get(index)
        .orElseGet(
            () ->
                graph().constant(Nd4j.zeros(output.dataType(), shapes.apply(input(index).name()))));
  }

  /** 1 where a condition holds and 0 elsewhere: a constant to every gradient. */
  SDVariable mask(SDVariable condition) {
    return condition.castTo(output.dataType());
  }

  /** What to throw where the tangent is not known. */
  UnsupportedOperationException unsupported(String what) {
    String described =
        inputs.stream()
            .map(v -> v.name() + Arrays.toString(shapes.apply(v.name())))
            .collect(Collectors.joining(", "));
    return new UnsupportedOperationException(
        "no tangent rule for %s: operation %s (%s) that computes %s from %s; add the rule to %s"
            .formatted(
                what,
                operation.getOwnName(),
                operation.opName(),
                output.name(),
                described,
                TangentRules.class.getSimpleName()));
  }
}
