package io.troupe.models.compile;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The operations of which more is known than how ND4J runs them. One that is new here is {@link
 * #OTHER} until it is added; then the compiler asks for its tangent.
 */
public enum OperationKind {
  ADD("add", Result.IN_PLACE),
  SUBTRACT("subtract", Result.IN_PLACE),
  MULTIPLY("multiply", Result.IN_PLACE),
  DIVIDE("divide", Result.IN_PLACE),
  MAXIMUM("maximum", Result.IN_PLACE),
  MINIMUM("minimum", Result.IN_PLACE),
  REVERSE_SUBTRACT("reversesubtract"),
  REVERSE_DIVIDE("reversedivide"),
  ADD_SCALAR("add_scalar", Result.IN_PLACE),
  SUBTRACT_SCALAR("sub_scalar", Result.IN_PLACE),
  MULTIPLY_SCALAR("mul_scalar", Result.IN_PLACE),
  DIVIDE_SCALAR("div_scalar", Result.IN_PLACE),
  SUBTRACT_FROM_SCALAR("rsub_scalar", Result.IN_PLACE),
  DIVIDE_SCALAR_BY("rdiv_scalar", Result.IN_PLACE),
  MAXIMUM_SCALAR("max_scalar"),
  MINIMUM_SCALAR("scalar_min"),
  POWER("pow", Result.IN_PLACE),
  SQUARE("square"),
  SQUARE_ROOT("sqrt", Result.IN_PLACE),
  RECIPROCAL_SQUARE_ROOT("rsqrt"),
  RECIPROCAL("Reciprocal", Result.IN_PLACE),
  EXP("exp"),
  LOG("log"),
  NEGATE("neg", Result.IN_PLACE),
  STEP("step", Result.IN_PLACE),
  RELU("relu", Result.IN_PLACE),
  LEAKY_RELU("leakyrelu"),
  TANH("tanh", Result.IN_PLACE),
  SIGMOID("sigmoid"),
  SOFTPLUS("softplus"),
  SOFTMAX("softmax"),
  IDENTITY("identity", Result.VIEW),
  RESHAPE("reshape", Result.VIEW),
  EXPAND_DIMS("expand_dims", Result.VIEW),
  SQUEEZE("squeeze", Result.VIEW),
  PERMUTE("permute"),
  TRANSPOSE("transpose"),
  TILE("tile"),
  SLICE("slice"),
  STRIDED_SLICE("strided_slice"),
  GATHER("gather"),
  PAD("pad"),
  CONCAT("concat"),
  CONCAT_GRADIENT("concat_bp"),
  STACK("stack"),
  REDUCE_SUM("reduce_sum"),
  REDUCE_MEAN("reduce_mean"),
  MATMUL("matmul"),
  CONV2D("conv2d"),
  DECONV2D("deconv2d"),
  DEPTHWISE_CONV2D("depthwise_conv2d"),
  AVERAGE_POOL("avgpool2d"),
  AVERAGE_POOL_GRADIENT("avgpool2d_bp"),
  MAX_POOL("maxpool2d"),
  ADD_GRADIENT("add_bp"),
  SUBTRACT_GRADIENT("subtract_bp"),
  MULTIPLY_GRADIENT("multiply_bp"),
  MATMUL_GRADIENT("matmul_bp"),
  CONV2D_GRADIENT("conv2d_bp"),
  REDUCE_MEAN_GRADIENT("reduce_mean_bp"),
  RELU_GRADIENT("thresholdedrelu_bp"),
  LEAKY_RELU_GRADIENT("lrelu_bp"),
  /** Its result does not depend on the values of what it reads. */
  SHAPE("shape_of"),
  /** Between float32 and bfloat16. */
  CAST("bfloat16_cast"),
  /** Several operations on each element in one pass, by our own kernel. */
  ELEMENTWISE("elementwise", Result.IN_PLACE),
  /** All that is run as ND4J runs it. */
  OTHER("");

  /** Where a result may lie. */
  private enum Result {
    /** In memory of its own. */
    APART,
    /** Over any input of the result's shape that nobody reads afterwards: element by element. */
    IN_PLACE,
    /** Where the first input lies: its elements in the same order under another shape. */
    VIEW
  }

  private static final Map<String, OperationKind> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(OperationKind::opName, Function.identity()));

  private final String opName;
  private final Result result;

  OperationKind(String opName) {
    this(opName, Result.APART);
  }

  OperationKind(String opName, Result result) {
    this.opName = opName;
    this.result = result;
  }

  /** The kind of this name, or {@link #OTHER}. */
  public static OperationKind of(String opName) {
    return BY_NAME.getOrDefault(opName, OTHER);
  }

  /** ND4J's name of it. */
  public String opName() {
    return opName;
  }

  /** Whether it may write over any input of the result's shape. */
  boolean isInPlace() {
    return result == Result.IN_PLACE;
  }

  /** Whether its result has the elements of the first input, in the same order. */
  boolean isView() {
    return result == Result.VIEW;
  }
}
