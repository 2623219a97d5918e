package io.troupe.models.autodiff;

import io.troupe.models.compile.OperationKind;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * The tangent of each operation by those of its inputs.
 *
 * <p>Rules avoid what SameDiff differentiates wrongly (docs/decisions/002): they multiply by
 * reciprocals instead of dividing.
 */
final class TangentRules {
  private TangentRules() {}

  /**
   * The tangent of an operation's output.
   *
   * @throws UnsupportedOperationException if there is no rule
   */
  static SDVariable tangent(TangentStep step) {
    return switch (OperationKind.of(step.operation().opName())) {
      // Linear in the first input; other inputs are settings.
      case IDENTITY,
          NEGATE,
          MULTIPLY_SCALAR,
          DIVIDE_SCALAR,
          REDUCE_SUM,
          REDUCE_MEAN,
          AVERAGE_POOL,
          RESHAPE,
          PERMUTE,
          TRANSPOSE,
          EXPAND_DIMS,
          SQUEEZE,
          TILE,
          SLICE,
          STRIDED_SLICE,
          GATHER ->
          step.linear();
      case PAD -> pad(step);
      case ADD_SCALAR, SUBTRACT_SCALAR -> step.tangent();
      case SUBTRACT_FROM_SCALAR -> step.tangent().neg();

      // Functions of each element: the tangent times the slope.
      case SQUARE -> times(step, step.input(0).mul(2));
      case SQUARE_ROOT -> times(step, reciprocal(step, step.output()).mul(0.5));
      case RECIPROCAL_SQUARE_ROOT -> times(step, cube(step.output()).mul(-0.5));
      case RECIPROCAL -> times(step, squared(step.output()).neg());
      case DIVIDE_SCALAR_BY ->
          times(step, step.output().mul(reciprocal(step, step.input(0))).neg());
      case EXP -> times(step, step.output());
      case LOG -> times(step, reciprocal(step, step.input(0)));
      case POWER -> times(step, powerSlope(step));
      case SOFTPLUS -> times(step, step.graph().nn().sigmoid(step.input(0)));
      case SIGMOID -> times(step, step.output().mul(step.output().rsub(1)));
      case TANH -> times(step, squared(step.output()).rsub(1));
      case RELU -> times(step, reluSlope(step));
      case LEAKY_RELU -> times(step, leakySlope(step, step.scalar()));
      case MAXIMUM_SCALAR -> times(step, step.mask(step.input(0).gt(step.scalar())));
      case MINIMUM_SCALAR -> times(step, step.mask(step.input(0).lt(step.scalar())));

      // Of two arrays with broadcasting.
      case ADD -> sum(step.broadcast(0), step.broadcast(1));
      case SUBTRACT -> sum(step.broadcast(0), negative(step.broadcast(1)));
      case REVERSE_SUBTRACT -> sum(negative(step.broadcast(0)), step.broadcast(1));
      case DIVIDE -> quotient(step, 0, 1);
      case REVERSE_DIVIDE -> quotient(step, 1, 0);
      case MAXIMUM -> choice(step, step.mask(step.input(0).gt(step.input(1))));
      case MINIMUM -> choice(step, step.mask(step.input(0).lt(step.input(1))));

      case MULTIPLY, MATMUL, CONV2D, DECONV2D, DEPTHWISE_CONV2D -> product(step);
      case CONCAT, STACK -> joined(step);
      case SOFTMAX -> softmax(step);
      case MAX_POOL -> largest(step);

      // What only gradients and compiled graphs consist of.
      case STEP,
          ADD_GRADIENT,
          SUBTRACT_GRADIENT,
          MULTIPLY_GRADIENT,
          MATMUL_GRADIENT,
          CONV2D_GRADIENT,
          REDUCE_MEAN_GRADIENT,
          RELU_GRADIENT,
          LEAKY_RELU_GRADIENT,
          SHAPE,
          ELEMENTWISE,
          CAST,
          AVERAGE_POOL_GRADIENT,
          CONCAT_GRADIENT,
          OTHER ->
          throw step.unsupported("this operation");
    };
  }

  private static SDVariable times(TangentStep step, SDVariable slope) {
    return step.tangent().mul(slope);
  }

  /** Linear only if what it pads with is zero or the array itself. */
  private static SDVariable pad(TangentStep step) {
    DynamicCustomOp pad = (DynamicCustomOp) step.operation();
    if (pad.iArgs()[0] == 0 && pad.numTArguments() > 0 && pad.tArgs()[0] != 0) {
      throw step.unsupported("padding with a number that is not zero");
    }
    return step.linear();
  }

  private static SDVariable powerSlope(TangentStep step) {
    double power = step.scalar();
    return step.graph().math().pow(step.input(0), power - 1).mul(power);
  }

  /** The output is positive where the input is, and may be computed in place of the input. */
  private static SDVariable reluSlope(TangentStep step) {
    if (step.scalar() != 0) {
      throw step.unsupported("a cutoff that is not zero");
    }
    return step.mask(step.output().gt(0));
  }

  private static SDVariable leakySlope(TangentStep step, double leak) {
    return step.mask(step.input(0).gt(0)).mul(1 - leak).add(leak);
  }

  private static SDVariable quotient(TangentStep step, int numerator, int denominator) {
    SDVariable inverse = reciprocal(step, step.input(denominator));
    return sum(
        step.tangents().get(numerator).map(t -> t.mul(inverse)),
        step.tangents().get(denominator).map(t -> step.output().mul(inverse).mul(t).neg()));
  }

  private static SDVariable choice(TangentStep step, SDVariable first) {
    return sum(
        step.tangents().get(0).map(t -> first.mul(t)),
        step.tangents().get(1).map(t -> first.rsub(1).mul(t)));
  }

  /** Linear in each of two inputs; a third may be added. */
  private static SDVariable product(TangentStep step) {
    Optional<SDVariable> ofProduct =
        total(
            step.tangents().get(0).map(t -> step.again(t, step.input(1))),
            step.tangents().get(1).map(t -> step.again(step.input(0), t)));
    Optional<SDVariable> ofBias = step.inputs().size() < 3 ? Optional.empty() : step.broadcast(2);
    return total(ofProduct, ofBias).orElseThrow();
  }

  /** Operations that put arrays side by side. */
  private static SDVariable joined(TangentStep step) {
    SDVariable[] parts = new SDVariable[step.inputs().size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = step.orZeros(i);
    }
    return step.again(parts);
  }

  /** Each share times what its tangent has more than the mean of all, by their shares. */
  private static SDVariable softmax(TangentStep step) {
    DynamicCustomOp operation = (DynamicCustomOp) step.operation();
    int axis = operation.numIArguments() == 0 ? -1 : Math.toIntExact(operation.iArgs()[0]);
    SDVariable weighted = step.output().mul(step.tangent());
    return weighted.sub(step.output().mul(weighted.sum(true, axis)));
  }

  /** The mean of the tangents where a square has its largest elements. */
  private static SDVariable largest(TangentStep step) {
    long[] settings = ((DynamicCustomOp) step.operation()).iArgs();
    int side = Math.toIntExact(settings[0]);
    long[] squares = {side, side, side, side, 0, 0, 1, 1};
    boolean channelsLast = settings[10] == 1;
    if (!channelsLast || !Arrays.equals(squares, Arrays.copyOf(settings, squares.length))) {
      throw step.unsupported("other pooling than by squares side by side in NHWC pictures");
    }
    SDVariable mask = step.mask(step.input(0).eq(step.spread(side)));
    SDVariable share = step.means(mask, side);
    return step.means(mask.mul(step.tangent()), side).mul(reciprocal(step, share));
  }

  private static SDVariable sum(Optional<SDVariable> a, Optional<SDVariable> b) {
    return total(a, b).orElseThrow();
  }

  private static Optional<SDVariable> total(Optional<SDVariable> a, Optional<SDVariable> b) {
    return a.isPresent() && b.isPresent() ? Optional.of(a.get().add(b.get())) : a.or(() -> b);
  }

  private static Optional<SDVariable> negative(Optional<SDVariable> tangent) {
    return tangent.map(SDVariable::neg);
  }

  private static SDVariable reciprocal(TangentStep step, SDVariable of) {
    return step.graph().math().reciprocal(of);
  }

  private static SDVariable squared(SDVariable of) {
    return of.mul(of);
  }

  private static SDVariable cube(SDVariable of) {
    return of.mul(of).mul(of);
  }
}
