package io.troupe.models.autodiff;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * The tangent of each operation by those of its inputs.
 *
 * <p>Rules avoid what SameDiff differentiates wrongly (docs/decisions/002): they multiply by
 * reciprocals instead of dividing.
 */
final class TangentRules {
  private static final Map<String, Function<TangentStep, SDVariable>> RULES = new HashMap<>();

  static {
    linear();
    elementwise();
    arithmetic();
    products();
    joins();
    RULES.put("softmax", TangentRules::softmax);
    RULES.put("maxpool2d", TangentRules::largest);
  }

  private TangentRules() {}

  /**
   * The tangent of an operation's output.
   *
   * @throws UnsupportedOperationException if there is no rule
   */
  static SDVariable tangent(TangentStep step) {
    Function<TangentStep, SDVariable> rule = RULES.get(step.operation().opName());
    if (rule == null) {
      throw step.unsupported("this operation");
    }
    return rule.apply(step);
  }

  /** Operations that are linear in their first input; other inputs are settings. */
  private static void linear() {
    for (String name :
        List.of(
            "identity",
            "neg",
            "mul_scalar",
            "div_scalar",
            "reduce_sum",
            "reduce_mean",
            "avgpool2d",
            "reshape",
            "permute",
            "transpose",
            "expand_dims",
            "squeeze",
            "tile",
            "slice",
            "strided_slice",
            "gather")) {
      RULES.put(name, TangentStep::linear);
    }
    RULES.put("pad", TangentRules::pad);
    RULES.put("add_scalar", TangentStep::tangent);
    RULES.put("sub_scalar", TangentStep::tangent);
    RULES.put("rsub_scalar", step -> step.tangent().neg());
  }

  /** Linear only if what it pads with is zero or the array itself. */
  private static SDVariable pad(TangentStep step) {
    DynamicCustomOp pad = (DynamicCustomOp) step.operation();
    if (pad.iArgs()[0] == 0 && pad.numTArguments() > 0 && pad.tArgs()[0] != 0) {
      throw step.unsupported("padding with a number that is not zero");
    }
    return step.linear();
  }

  /** Functions of each element: the tangent times the slope. */
  private static void elementwise() {
    slope("square", step -> step.input(0).mul(2));
    slope("sqrt", step -> reciprocal(step, step.output()).mul(0.5));
    slope("rsqrt", step -> cube(step.output()).mul(-0.5));
    slope("Reciprocal", step -> squared(step.output()).neg());
    slope("rdiv_scalar", step -> step.output().mul(reciprocal(step, step.input(0))).neg());
    slope("exp", TangentStep::output);
    slope("log", step -> reciprocal(step, step.input(0)));
    slope("pow", TangentRules::powerSlope);
    slope("softplus", step -> step.graph().nn().sigmoid(step.input(0)));
    slope("sigmoid", step -> step.output().mul(step.output().rsub(1)));
    slope("tanh", step -> squared(step.output()).rsub(1));
    slope("relu", TangentRules::rectifierSlope);
    slope("leakyrelu", step -> leakySlope(step, step.scalar()));
    slope("max_scalar", step -> step.mask(step.input(0).gt(step.scalar())));
    slope("scalar_min", step -> step.mask(step.input(0).lt(step.scalar())));
  }

  private static void slope(String name, Function<TangentStep, SDVariable> slope) {
    RULES.put(name, step -> step.tangent().mul(slope.apply(step)));
  }

  private static SDVariable powerSlope(TangentStep step) {
    double power = step.scalar();
    return step.graph().math().pow(step.input(0), power - 1).mul(power);
  }

  /** The output is positive where the input is, and may be computed in place of the input. */
  private static SDVariable rectifierSlope(TangentStep step) {
    if (step.scalar() != 0) {
      throw step.unsupported("a cutoff that is not zero");
    }
    return step.mask(step.output().gt(0));
  }

  private static SDVariable leakySlope(TangentStep step, double leak) {
    return step.mask(step.input(0).gt(0)).mul(1 - leak).add(leak);
  }

  /** Operations on two arrays with broadcasting. */
  private static void arithmetic() {
    RULES.put("add", step -> sum(step.broadcast(0), step.broadcast(1)));
    RULES.put("subtract", step -> sum(step.broadcast(0), negative(step.broadcast(1))));
    RULES.put("reversesubtract", step -> sum(negative(step.broadcast(0)), step.broadcast(1)));
    RULES.put("divide", step -> quotient(step, 0, 1));
    RULES.put("reversedivide", step -> quotient(step, 1, 0));
    RULES.put("maximum", step -> choice(step, step.mask(step.input(0).gt(step.input(1)))));
    RULES.put("minimum", step -> choice(step, step.mask(step.input(0).lt(step.input(1)))));
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

  /** Operations that are linear in each of two inputs, and may add a third. */
  private static void products() {
    for (String name : List.of("multiply", "matmul", "conv2d", "deconv2d", "depthwise_conv2d")) {
      RULES.put(name, TangentRules::product);
    }
  }

  private static SDVariable product(TangentStep step) {
    Optional<SDVariable> ofProduct =
        total(
            step.tangents().get(0).map(t -> step.again(t, step.input(1))),
            step.tangents().get(1).map(t -> step.again(step.input(0), t)));
    Optional<SDVariable> ofBias = step.inputs().size() < 3 ? Optional.empty() : step.broadcast(2);
    return total(ofProduct, ofBias).orElseThrow();
  }

  /** Operations that put arrays side by side. */
  private static void joins() {
    for (String name : List.of("concat", "stack")) {
      RULES.put(
          name,
          step -> {
            SDVariable[] parts = new SDVariable[step.inputs().size()];
            for (int i = 0; i < parts.length; i++) {
              parts[i] = step.orZeros(i);
            }
            return step.again(parts);
          });
    }
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
