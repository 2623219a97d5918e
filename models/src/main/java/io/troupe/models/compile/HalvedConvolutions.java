package io.troupe.models.compile;

import io.troupe.models.graph.Precision;
import io.troupe.models.kernels.ConvolutionShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions of 3x3 of which only the means of every 2x2 square are read become convolutions of
 * 4x4 and stride 2, with less than half of the multiplications and without the large pictures in
 * between (docs/decisions/029). Their gradients follow.
 */
final class HalvedConvolutions {
  /** With more channels Winograd's filtering in float32 is faster. */
  private static final long MOST_CHANNELS_IN_FLOAT32 = 256;

  private static final long SIDE = 4;

  private final GraphReader reader;
  private final Set<Value> wanted;
  private final Precision precision;
  private final Map<Value, Operation> makers = new HashMap<>();
  private final Map<Value, List<Operation>> readers = new HashMap<>();

  /** What becomes of an operation; nothing if another one does its work. */
  private final Map<Operation, List<Operation>> replaced = new HashMap<>();

  private HalvedConvolutions(
      GraphReader reader, List<Operation> operations, List<Value> wanted, Precision precision) {
    this.reader = reader;
    this.wanted = new HashSet<>(wanted);
    this.precision = precision;
    for (Operation operation : operations) {
      operation.outputs().forEach(output -> makers.put(output, operation));
      operation.inputs().stream()
          .distinct()
          .forEach(input -> readers.computeIfAbsent(input, v -> new ArrayList<>()).add(operation));
    }
  }

  /**
   * The same operations with such convolutions in place of those that are averaged.
   *
   * @param operations as they were read, in order
   * @param wanted the outputs
   */
  static List<Operation> apply(
      GraphReader reader, List<Operation> operations, List<Value> wanted, Precision precision) {
    HalvedConvolutions halved = new HalvedConvolutions(reader, operations, wanted, precision);
    operations.stream()
        .filter(o -> o.known() == OperationKind.AVERAGE_POOL && PictureFunction.halves(o))
        .forEach(halved::replace);
    return operations.stream()
        .flatMap(o -> halved.replaced.getOrDefault(o, List.of(o)).stream())
        .toList();
  }

  private void replace(Operation mean) {
    Value large = mean.inputs().get(0);
    Operation convolution = makers.get(large);
    if (convolution == null || !canReplace(convolution) || wanted.contains(large)) {
      return;
    }
    List<Operation> meanGradients = new ArrayList<>();
    List<Operation> gradients = new ArrayList<>();
    for (Operation reader : readers.get(large)) {
      if (reader.equals(mean)) {
        continue;
      }
      if (!isGradientOf(mean, reader)) {
        return;
      }
      Value gradient = reader.outputs().get(0);
      List<Operation> next = readers.getOrDefault(gradient, List.of());
      if (wanted.contains(gradient)
          || !next.stream().allMatch(o -> isGradientOf(convolution, o, gradient))) {
        return;
      }
      meanGradients.add(reader);
      gradients.addAll(next);
    }
    Value weights = folded(convolution.inputs().get(1));
    replaced.put(mean, List.of());
    meanGradients.forEach(o -> replaced.put(o, List.of()));
    replaced.put(
        convolution,
        List.of(
            operation(convolution, new FoldFunction(false), convolution.inputs().get(1), weights),
            halved(
                convolution, OperationKind.CONV2D, weights, convolution.inputs(), mean.outputs())));
    for (Operation gradient : gradients) {
      replaced.put(gradient, gradient(gradient, weights));
    }
  }

  private boolean canReplace(Operation operation) {
    if (operation.known() != OperationKind.CONV2D || !ConvolutionFunction.canReplace(operation)) {
      return false;
    }
    ConvolutionShape shape = ConvolutionFunction.shape(operation);
    return shape.isSame3x3()
        && (precision.isMixed() || Math.max(shape.in(), shape.out()) <= MOST_CHANNELS_IN_FLOAT32);
  }

  /** Whether an operation is the gradient of the mean. */
  private static boolean isGradientOf(Operation mean, Operation operation) {
    return operation.known() == OperationKind.AVERAGE_POOL_GRADIENT
        && PictureFunction.halves(operation)
        && operation.inputs().get(0) == mean.inputs().get(0)
        && operation.inputs().get(1) != mean.inputs().get(0);
  }

  /** Whether an operation makes the convolution's gradients of that of its result. */
  private static boolean isGradientOf(Operation convolution, Operation operation, Value gradient) {
    List<Value> inputs = operation.inputs();
    int last = inputs.size() - 1;
    return operation.known() == OperationKind.CONV2D_GRADIENT
        && ConvolutionFunction.canReplace(operation)
        && inputs.subList(0, last).equals(convolution.inputs())
        && inputs.get(last) == gradient;
  }

  /** The convolution's gradients of that of the means. */
  private List<Operation> gradient(Operation operation, Value weights) {
    List<Value> inputs = new ArrayList<>(operation.inputs());
    int last = inputs.size() - 1;
    inputs.set(last, makers.get(inputs.get(last)).inputs().get(1));
    List<Value> outputs = new ArrayList<>(operation.outputs());
    Value ofWeights = outputs.get(1);
    Value ofFolded = folded(ofWeights);
    outputs.set(1, ofFolded);
    return List.of(
        halved(operation, OperationKind.CONV2D_GRADIENT, weights, inputs, outputs),
        operation(operation, new FoldFunction(true), ofFolded, ofWeights));
  }

  private static Operation halved(
      Operation like, OperationKind kind, Value weights, List<Value> inputs, List<Value> outputs) {
    Computation computation =
        new Nd4jFunction(OperationList.custom(kind, SIDE, SIDE, 2, 2, 1, 1, 1, 1, 0, 1, 0));
    List<Value> all =
        Stream.of(inputs.subList(0, 1), List.of(weights), inputs.subList(2, inputs.size()))
            .flatMap(List::stream)
            .toList();
    return new Operation(like.graph(), like.name(), computation, all, outputs);
  }

  private static Operation operation(
      Operation like, Computation computation, Value from, Value to) {
    return new Operation(
        like.graph(),
        like.name() + " " + computation.kind(),
        computation,
        List.of(from),
        List.of(to));
  }

  /** A value for 4x4 weights, or their gradient, in place of 3x3. */
  private Value folded(Value weights) {
    INDArray array = weights.array();
    return Value.result(
        weights.name() + " folded",
        reader.probe(array.dataType(), new long[] {SIDE, SIDE, array.size(2), array.size(3)}, 'c'));
  }
}
