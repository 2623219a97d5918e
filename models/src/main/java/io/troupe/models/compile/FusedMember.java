package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise.Operator;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.BaseScalarOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An operation that can be a member of a group.
 *
 * @param spreads how each input is spread
 * @param steps what it does, on its inputs 0 and 1 and, from the second step on, on the result of
 *     the step before, which is {@link #BEFORE}; none if it is a sum
 * @param readsNarrow whether an input is bfloat16 in memory
 */
record FusedMember(
    Operation operation,
    Geometry geometry,
    List<Spread> spreads,
    List<Step> steps,
    boolean readsNarrow) {
  /** Stands for the result of the step before. */
  static final int BEFORE = -1;

  /** With fewer elements the call costs more than the passes. */
  private static final long LEAST_ELEMENTS = 16_384;

  /**
   * The member that an operation is, if it can be one.
   *
   * @param narrow values that are bfloat16 in memory
   */
  static Optional<FusedMember> of(Operation operation, Set<Value> narrow) {
    boolean readsNarrow = operation.inputs().stream().anyMatch(narrow::contains);
    boolean sum = operation.computation() instanceof SumFunction;
    Value full = sum ? operation.inputs().get(0) : operation.outputs().get(0);
    if (full.array().rank() < 2
        || (full.array().length() < LEAST_ELEMENTS && !readsNarrow)
        || !Geometry.isPlain(full.array())) {
      return Optional.empty();
    }
    List<Step> steps = List.of();
    if (!sum) {
      steps = steps(operation);
      if (steps.isEmpty()) {
        return Optional.empty();
      }
    }
    Geometry geometry = Geometry.of(full.array());
    List<Spread> spreads = new ArrayList<>();
    for (Value input : operation.inputs()) {
      Optional<Spread> spread = geometry.spread(input.array());
      if (spread.isEmpty()) {
        return Optional.empty();
      }
      spreads.add(spread.get());
    }
    return Optional.of(new FusedMember(operation, geometry, spreads, steps, readsNarrow));
  }

  private static List<Step> steps(Operation operation) {
    if (!(operation.computation() instanceof Nd4jFunction known)) {
      return List.of();
    }
    DifferentialFunction function = known.function();
    float scalar =
        function instanceof BaseScalarOp op && op.scalar() != null
            ? (float) HostArray.first(op.scalar())
            : 0;
    return switch (operation.known()) {
      case ADD -> binary(Operator.ADD, operation);
      case SUBTRACT -> binary(Operator.SUBTRACT, operation);
      case MULTIPLY -> binary(Operator.MULTIPLY, operation);
      case RELU -> scalar == 0 ? unary(Operator.RELU, 0) : List.of();
      case STEP -> scalar == 0 ? unary(Operator.STEP, 0) : List.of();
      case NEGATE -> unary(Operator.SCALE, -1);
      case MULTIPLY_SCALAR -> unary(Operator.SCALE, scalar);
      case DIVIDE_SCALAR -> unary(Operator.SCALE, 1 / scalar);
      case ADD_SCALAR -> unary(Operator.SHIFT, scalar);
      case SUBTRACT_SCALAR -> unary(Operator.SHIFT, -scalar);
      case SUBTRACT_FROM_SCALAR ->
          List.of(new Step(Operator.SCALE, 0, 0, -1), new Step(Operator.SHIFT, BEFORE, 0, scalar));
      case LEAKY_RELU -> isSlope(scalar) ? unary(Operator.LEAKY_RELU, scalar) : List.of();
      case LEAKY_RELU_GRADIENT -> {
        double[] slope = ((DynamicCustomOp) function).tArgs();
        yield slope.length == 1 && isSlope(slope[0])
            ? List.of(new Step(Operator.LEAKY_RELU_GRADIENT, 0, 1, (float) slope[0]))
            : List.of();
      }
      default -> List.of();
    };
  }

  private static boolean isSlope(double slope) {
    return slope >= 0 && slope <= 1;
  }

  private static List<Step> unary(Operator operator, double constant) {
    return List.of(new Step(operator, 0, 0, (float) constant));
  }

  private static List<Step> binary(Operator operator, Operation operation) {
    return operation.inputs().size() == 2 ? List.of(new Step(operator, 0, 1, 0)) : List.of();
  }

  /** Whether it computes in full what it makes of a value of the same shape among some. */
  boolean readsInFull(Set<Value> values) {
    for (int i = 0; i < spreads.size(); i++) {
      if (spreads.get(i) == Spread.FULL && values.contains(operation.inputs().get(i))) {
        return !steps.isEmpty();
      }
    }
    return false;
  }

  /** Whether ND4J's own kernel is as good if the operation stays alone. */
  boolean isFastAlone() {
    return !steps.isEmpty()
        && !readsNarrow
        && spreads.stream().allMatch(s -> s == Spread.FULL)
        && operation.known() != OperationKind.LEAKY_RELU_GRADIENT;
  }
}
