package io.troupe.models.compile;

import io.troupe.models.graph.Precision;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseScalarOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.Step;

/**
 * Replaces operations that ND4J runs slowly by equivalent ones that run fast. Results differ in
 * rounding only.
 */
final class Replacements {
  private final Precision precision;
  private final OperationList list;
  private final Sums sums;
  private final Map<Value, Value> relus = new HashMap<>();

  /** Gradients that are constant over positions, by the full gradient that nobody has made yet. */
  private final Map<Value, Value> rows = new HashMap<>();

  private final Map<Value, Operation> unmade = new HashMap<>();

  /** The operations that read a value. */
  private final Map<Value, List<Operation>> readers = new HashMap<>();

  private final Set<Value> wanted;

  /** Results of ReLUs that their convolution computes. */
  private final Set<Value> made = new HashSet<>();

  private Replacements(
      GraphReader reader, List<Operation> operations, List<Value> outputs, Precision precision) {
    this.precision = precision;
    list = new OperationList(reader);
    sums = new Sums(list);
    wanted = Set.copyOf(outputs);
    for (Operation operation : operations) {
      for (Value input : operation.inputs()) {
        readers.computeIfAbsent(input, v -> new ArrayList<>()).add(operation);
      }
    }
  }

  /** The operations that the outputs need, with replacements. */
  static List<Operation> apply(
      GraphReader reader, List<Operation> operations, List<Value> outputs, Precision precision) {
    List<Operation> all = HalvedConvolutions.apply(reader, operations, outputs, precision);
    Replacements replacements = new Replacements(reader, all, outputs, precision);
    all.forEach(replacements::replace);
    outputs.forEach(replacements::make);
    List<Operation> needed = replacements.list.needed(outputs);
    if (precision.choice().isEmpty()) {
      return Fusion.apply(needed, outputs, Set.of());
    }
    Set<Value> narrow = NarrowValues.of(needed, outputs);
    return new Casts(reader, narrow, precision.choice().get())
        .apply(Fusion.apply(needed, outputs, narrow));
  }

  private void replace(Operation operation) {
    boolean done =
        switch (operation.known()) {
          case RELU_GRADIENT -> reluGradient(operation);
          case REDUCE_SUM, REDUCE_MEAN -> reduction(operation);
          case REDUCE_MEAN_GRADIENT -> meanGradient(operation);
          case MULTIPLY_GRADIENT -> productGradient(operation);
          case ADD_GRADIENT -> sumGradient(operation, false);
          case SUBTRACT_GRADIENT -> sumGradient(operation, true);
          case ADD -> addition(operation);
          case CONV2D -> convolution(operation);
          case CONV2D_GRADIENT -> convolutionGradient(operation);
          case MATMUL -> productOfStacks(operation);
          case MATMUL_GRADIENT -> productOfStacksGradient(operation);
          default -> false;
        };
    if (!done && !made.contains(operation.outputs().get(0))) {
      operation.inputs().forEach(this::make);
      list.add(operation);
    }
    if (operation.known() == OperationKind.RELU) {
      relus.put(operation.inputs().get(0), operation.outputs().get(0));
    }
  }

  /** dy where the output was positive, which is where the input was: the output may be in place. */
  private boolean reluGradient(Operation operation) {
    Value input = operation.inputs().get(0);
    Value output = relus.get(input);
    Value gradient = made(operation.inputs().get(1));
    double[] threshold = ((DynamicCustomOp) operation.nd4jFunction()).tArgs();
    if (output == null || !isZero(threshold)) {
      return false;
    }
    Value result = operation.outputs().get(0);
    Value mask =
        list.add(
            result.name() + " mask", result.array().shape(), new Step(output.array(), 0.0), output);
    list.add(result, OperationList.custom(OperationKind.MULTIPLY), gradient, mask);
    return true;
  }

  private boolean reduction(Operation operation) {
    Value input = made(operation.inputs().get(0));
    Value result = operation.outputs().get(0);
    INDArray array = input.array();
    long[] axes = ((DynamicCustomOp) operation.nd4jFunction()).iArgs();
    boolean leading = array.rank() > 1 && axes.length == array.rank() - 1;
    for (int i = 0; i < axes.length; i++) {
      leading &= axes[i] == i;
    }
    if (!leading) {
      return false;
    }
    double factor = operation.known() == OperationKind.REDUCE_MEAN ? 1.0 / Sums.rows(array) : 1;
    sums.perChannel(result, input, factor);
    return true;
  }

  /** The gradient of a mean over positions is the same row at every position. */
  private boolean meanGradient(Operation operation) {
    Value input = operation.inputs().get(0);
    Value gradient = made(operation.inputs().get(1));
    long channels = input.array().size(-1);
    if (input.array().rank() < 2 || gradient.array().length() != channels) {
      return false;
    }
    Value result = operation.outputs().get(0);
    long[] shape = {channels};
    Value factor = list.scalar(input.array().dataType(), 1.0 / Sums.rows(input.array()));
    rows.put(
        result,
        list.add(
            result.name() + " row",
            shape,
            OperationList.custom(OperationKind.MULTIPLY),
            list.reshape(gradient, shape),
            factor));
    unmade.put(result, operation);
    return true;
  }

  /** x + y where one may be a gradient that is constant over positions. */
  private boolean addition(Operation operation) {
    Value x = operation.inputs().get(0);
    Value y = operation.inputs().get(1);
    Value result = operation.outputs().get(0);
    if (unmade.containsKey(x) == unmade.containsKey(y) || !x.isLike(y)) {
      return false;
    }
    Value full = unmade.containsKey(x) ? y : x;
    Value row = rows.get(unmade.containsKey(x) ? x : y);
    list.add(result, OperationList.custom(OperationKind.ADD), full, row);
    return true;
  }

  private boolean productGradient(Operation operation) {
    Value x = made(operation.inputs().get(0));
    Value y = made(operation.inputs().get(1));
    Value gradient = operation.inputs().get(2);
    Value ofX = operation.outputs().get(0);
    Value ofY = operation.outputs().get(1);
    if (x.isLike(y)) {
      Value factor = rows.getOrDefault(gradient, gradient);
      list.add(ofX, OperationList.custom(OperationKind.MULTIPLY), y, factor);
      // Of a square, both are the same: in one pass twice as fast as in memory once.
      list.add(ofY, OperationList.custom(OperationKind.MULTIPLY), x, factor);
      return true;
    }
    if (!x.isLike(ofX) || !x.isLike(gradient) || !sums.canSum(x, y)) {
      return false;
    }
    make(gradient);
    list.add(ofX, OperationList.custom(OperationKind.MULTIPLY), gradient, y);
    Value product =
        list.add(
            ofY.name() + " product",
            x.array().shape(),
            OperationList.custom(OperationKind.MULTIPLY),
            x,
            gradient);
    sums.sum(ofY, product, 1);
    return true;
  }

  private boolean sumGradient(Operation operation, boolean negative) {
    Value x = operation.inputs().get(0);
    Value y = operation.inputs().get(1);
    Value gradient = made(operation.inputs().get(2));
    Value ofX = operation.outputs().get(0);
    Value ofY = operation.outputs().get(1);
    if (!x.isLike(gradient) || !(y.isLike(gradient) || sums.canSum(gradient, y))) {
      return false;
    }
    list.alias(ofX, gradient);
    if (!y.isLike(gradient)) {
      sums.sum(ofY, gradient, negative ? -1 : 1);
    } else if (negative) {
      list.add(
          ofY,
          OperationList.custom(OperationKind.MULTIPLY),
          gradient,
          list.scalar(gradient.array().dataType(), -1));
    } else {
      list.alias(ofY, gradient);
    }
    return true;
  }

  private boolean convolution(Operation operation) {
    operation.inputs().forEach(this::make);
    Optional<Value> relu = relu(operation.outputs().get(0));
    boolean done = ConvolutionFunction.forward(list, operation, relu);
    if (done) {
      relu.ifPresent(made::add);
    }
    return done;
  }

  /**
   * The result of the ReLU that alone reads a value, but in mixed precision for its gradient, which
   * is made of its result.
   */
  private Optional<Value> relu(Value value) {
    List<Operation> all = readers.getOrDefault(value, List.of());
    if (precision.isMixed()) {
      all = all.stream().filter(o -> !isReluGradient(o, value)).toList();
    }
    return !wanted.contains(value)
            && all.size() == 1
            && all.get(0).known() == OperationKind.RELU
            && all.get(0).nd4jFunction() instanceof BaseScalarOp op
            && HostArray.first(op.scalar()) == 0
        ? Optional.of(all.get(0).outputs().get(0))
        : Optional.empty();
  }

  private static boolean isReluGradient(Operation operation, Value of) {
    return operation.known() == OperationKind.RELU_GRADIENT
        && operation.inputs().get(0) == of
        && operation.inputs().get(1) != of
        && isZero(((DynamicCustomOp) operation.nd4jFunction()).tArgs());
  }

  private static boolean isZero(double[] threshold) {
    return threshold.length == 1 && threshold[0] == 0;
  }

  private boolean convolutionGradient(Operation operation) {
    operation.inputs().forEach(this::make);
    return ConvolutionFunction.gradient(list, sums, operation);
  }

  private boolean productOfStacks(Operation operation) {
    operation.inputs().forEach(this::make);
    return ProductFunction.forward(list, operation);
  }

  private boolean productOfStacksGradient(Operation operation) {
    operation.inputs().forEach(this::make);
    return ProductFunction.gradient(list, operation);
  }

  private Value made(Value value) {
    make(value);
    return value;
  }

  /** Adds the operation that makes a gradient that so far is known by its row only. */
  private void make(Value value) {
    Operation operation = unmade.remove(value);
    if (operation != null) {
      list.add(operation);
    }
  }
}
