package io.troupe.models.autodiff;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.compile.GradientCheck;
import io.troupe.models.layers.Resample;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Every rule against finite differences, and its derivatives as well. */
@Tag("gradient")
class TangentRulesTest {
  /** A function of an array. */
  private interface Unary {
    SDVariable apply(SameDiff ops, SDVariable x);
  }

  /** A function of two arrays. */
  private interface Binary {
    SDVariable apply(SameDiff ops, SDVariable x, SDVariable y);
  }

  private static final Map<String, Unary> ELEMENTWISE = new LinkedHashMap<>();
  private static final Map<String, Unary> OF_POSITIVE = new LinkedHashMap<>();
  private static final Map<String, Unary> SHAPES = new LinkedHashMap<>();
  private static final Map<String, Binary> ARITHMETIC = new LinkedHashMap<>();

  static {
    ELEMENTWISE.put("identity", SameDiff::identity);
    ELEMENTWISE.put("neg", (ops, x) -> x.neg());
    ELEMENTWISE.put("add_scalar", (ops, x) -> x.add(2));
    ELEMENTWISE.put("sub_scalar", (ops, x) -> x.sub(2));
    ELEMENTWISE.put("rsub_scalar", (ops, x) -> x.rsub(2));
    ELEMENTWISE.put("mul_scalar", (ops, x) -> x.mul(3));
    ELEMENTWISE.put("div_scalar", (ops, x) -> x.div(3));
    ELEMENTWISE.put("square", (ops, x) -> ops.math().square(x));
    ELEMENTWISE.put("cube", (ops, x) -> x.pow(3));
    ELEMENTWISE.put("exp", (ops, x) -> ops.math().exp(x));
    ELEMENTWISE.put("softplus", (ops, x) -> ops.nn().softplus(x));
    ELEMENTWISE.put("sigmoid", (ops, x) -> ops.nn().sigmoid(x));
    ELEMENTWISE.put("tanh", (ops, x) -> ops.math().tanh(x));
    ELEMENTWISE.put("relu", (ops, x) -> ops.nn().relu(x, 0));
    ELEMENTWISE.put("leaky relu", (ops, x) -> ops.nn().leakyRelu(x, 0.2));
    ELEMENTWISE.put("maximum with a number", (ops, x) -> ops.scalarMax(x, 0.1));
    ELEMENTWISE.put("minimum with a number", (ops, x) -> ops.scalarMin(x, 0.1));
    OF_POSITIVE.put("sqrt", (ops, x) -> ops.math().sqrt(x));
    OF_POSITIVE.put("rsqrt", (ops, x) -> ops.math().rsqrt(x));
    OF_POSITIVE.put("reciprocal", (ops, x) -> ops.math().reciprocal(x));
    OF_POSITIVE.put("rdiv_scalar", (ops, x) -> x.rdiv(2));
    OF_POSITIVE.put("log", (ops, x) -> ops.math().log(x));
    OF_POSITIVE.put("power", (ops, x) -> x.pow(-0.7));
    SHAPES.put("sum", (ops, x) -> x.sum());
    SHAPES.put("sum over axes", (ops, x) -> x.sum(0, 2));
    SHAPES.put("sum that keeps axes", (ops, x) -> x.sum(true, 1));
    SHAPES.put("mean", (ops, x) -> x.mean());
    SHAPES.put("mean over axes", (ops, x) -> x.mean(1, 2));
    SHAPES.put("mean that keeps axes", (ops, x) -> x.mean(true, 0));
    SHAPES.put("reshape", (ops, x) -> ops.reshape(x, 6, 4));
    SHAPES.put("permute", (ops, x) -> ops.permute(x, 2, 0, 1));
    SHAPES.put("transpose", (ops, x) -> ops.transpose(ops.reshape(x, 6, 4)));
    SHAPES.put("tile", (ops, x) -> ops.tile(x, 1, 2, 3));
    SHAPES.put("slice", (ops, x) -> ops.slice(x, new int[] {1, 0, 1}, 1, 3, 2));
    SHAPES.put(
        "strided slice",
        (ops, x) -> ops.stridedSlice(x, new long[] {0, 0, 0}, new long[] {2, 3, 4}, 1, 2, 3));
    SHAPES.put("pad", (ops, x) -> pad(ops, x, PadMode.CONSTANT));
    SHAPES.put("softmax", (ops, x) -> ops.nn().softmax(x, 2));
    SHAPES.put("softmax over an inner axis", (ops, x) -> ops.nn().softmax(x, 1));
    SHAPES.put("concatenation with itself", (ops, x) -> ops.concat(1, x, x.mul(2)));
    SHAPES.put("stack with itself", (ops, x) -> ops.stack(1, x, x.mul(2)));
    ARITHMETIC.put("add", (ops, x, y) -> x.add(y));
    ARITHMETIC.put("subtract", (ops, x, y) -> x.sub(y));
    ARITHMETIC.put("subtract from", (ops, x, y) -> x.rsub(y));
    ARITHMETIC.put("multiply", (ops, x, y) -> x.mul(y));
  }

  private static SDVariable pad(SameDiff ops, SDVariable x, PadMode mode) {
    SDVariable widths = ops.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {1, 2}, {2, 1}}));
    return ops.nn().pad(x, widths, mode, 0);
  }

  static Stream<String> elementwise() {
    return ELEMENTWISE.keySet().stream();
  }

  static Stream<String> ofPositive() {
    return OF_POSITIVE.keySet().stream();
  }

  static Stream<String> shapes() {
    return SHAPES.keySet().stream();
  }

  static Stream<String> arithmetic() {
    return ARITHMETIC.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource
  void elementwise(String name) {
    new TangentCheck()
        .input("x", 3, 4)
        .check((scope, in) -> bent(ELEMENTWISE.get(name).apply(scope.operations(), in.get("x"))));
  }

  @ParameterizedTest
  @MethodSource
  void ofPositive(String name) {
    new TangentCheck()
        .input("x", 3, 4)
        .check(
            (scope, in) ->
                bent(OF_POSITIVE.get(name).apply(scope.operations(), positive(in.get("x")))));
  }

  @ParameterizedTest
  @MethodSource
  void shapes(String name) {
    new TangentCheck()
        .input("x", 2, 3, 4)
        .check((scope, in) -> bent(SHAPES.get(name).apply(scope.operations(), in.get("x"))));
  }

  @ParameterizedTest
  @MethodSource
  void arithmetic(String name) {
    checkBinary(ARITHMETIC.get(name), new long[] {3, 4}, new long[] {3, 4});
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void arithmeticWithARow(String name) {
    checkBinary(ARITHMETIC.get(name), new long[] {2, 3, 4}, new long[] {4});
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void arithmeticOfARow(String name) {
    checkBinary(ARITHMETIC.get(name), new long[] {4}, new long[] {3, 4});
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void arithmeticWithRepeatedAxes(String name) {
    checkBinary(ARITHMETIC.get(name), new long[] {2, 3, 4}, new long[] {2, 1, 4});
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void arithmeticWithAScalar(String name) {
    checkBinary(ARITHMETIC.get(name), new long[] {3, 4}, new long[] {});
  }

  @Test
  void maximumAndMinimum() {
    checkBinary((ops, x, y) -> ops.math().max(x, y), new long[] {3, 4}, new long[] {3, 4});
    checkBinary((ops, x, y) -> ops.math().min(x, y), new long[] {3, 4}, new long[] {3, 4});
  }

  /** Tangents alone: ND4J's gradients of these are wrong or missing (docs/decisions/006). */
  @Test
  void maximumAndMinimumWithBroadcasting() {
    TangentCheck check = new TangentCheck().input("x", 2, 3, 4).input("y", 3, 1);
    check.checkTangents((scope, in) -> scope.operations().math().max(in.get("x"), in.get("y")));
    check.checkTangents((scope, in) -> scope.operations().math().min(in.get("x"), in.get("y")));
  }

  /** Tangents alone: ND4J's gradient of gather needs a loop in the graph. */
  @Test
  void gather() {
    new TangentCheck()
        .input("x", 2, 3, 4)
        .checkTangents(
            (scope, in) -> bent(scope.operations().gather(in.get("x"), new int[] {2, 0}, 1)));
  }

  /**
   * Run by SameDiff: ND4J writes these two at the start of the memory that it is given a part of.
   */
  @Test
  void axesOfLengthOne() {
    TangentCheck check = new TangentCheck().input("x", 2, 1, 3);
    check.check((scope, in) -> bent(scope.operations().expandDims(in.get("x"), 1)));
    check.check((scope, in) -> bent(scope.operations().squeeze(in.get("x"), 1)));
  }

  @Test
  void division() {
    checkBinary((ops, x, y) -> x.div(positive(y)), new long[] {3, 4}, new long[] {3, 4});
  }

  @Test
  void divisionFrom() {
    checkBinary((ops, x, y) -> positive(x).rdiv(y), new long[] {3, 4}, new long[] {3, 4});
  }

  @Test
  void matrixProducts() {
    checkBinary((ops, x, y) -> ops.mmul(x, y), new long[] {3, 4}, new long[] {4, 2});
    checkBinary(
        (ops, x, y) -> ops.mmul(x, y, false, true, false), new long[] {3, 4}, new long[] {2, 4});
    checkBinary(
        (ops, x, y) -> ops.mmul(x, y, true, false, false), new long[] {4, 3}, new long[] {4, 2});
    checkBinary(
        (ops, x, y) -> ops.mmul(x, y, true, true, false), new long[] {4, 3}, new long[] {2, 4});
  }

  @Test
  void batchedMatrixProducts() {
    checkBinary((ops, x, y) -> ops.mmul(x, y), new long[] {2, 3, 4}, new long[] {2, 4, 5});
    checkBinary(
        (ops, x, y) -> ops.mmul(x, y, false, true, false),
        new long[] {2, 3, 4},
        new long[] {2, 5, 4});
  }

  @Test
  void joins() {
    checkBinary((ops, x, y) -> ops.concat(1, x, y), new long[] {3, 4}, new long[] {3, 2});
    checkBinary((ops, x, y) -> ops.stack(0, x, y), new long[] {3, 4}, new long[] {3, 4});
  }

  @Test
  void convolution() {
    convolution(new long[] {2, 5, 5, 3}, new long[] {3, 3, 3, 4}, 1, 1);
  }

  @Test
  void stridedConvolution() {
    convolution(new long[] {2, 6, 6, 3}, new long[] {4, 4, 3, 2}, 2, 1);
  }

  @Test
  void pointwiseConvolution() {
    convolution(new long[] {2, 3, 3, 3}, new long[] {1, 1, 3, 4}, 1, 0);
  }

  private static void convolution(long[] x, long[] kernel, int stride, int padding) {
    Conv2DConfig config = config((int) kernel[0], stride, padding);
    checkBinary((ops, in, weight) -> ops.cnn().conv2d(in, weight, config), x, kernel);
    check(
        new TangentCheck().input("x", x).input("kernel", kernel).input("bias", kernel[3]),
        (scope, in) ->
            scope.operations().cnn().conv2d(in.get("x"), in.get("kernel"), in.get("bias"), config));
  }

  @Test
  void depthwiseConvolution() {
    checkBinary(
        (ops, x, kernel) -> ops.cnn().depthWiseConv2d(x, kernel, config(3, 1, 1)),
        new long[] {2, 5, 5, 3},
        new long[] {3, 3, 3, 1});
  }

  @Test
  void transposedConvolution() {
    DeConv2DConfig config =
        DeConv2DConfig.builder()
            .kH(4)
            .kW(4)
            .sH(2)
            .sW(2)
            .pH(1)
            .pW(1)
            .dH(1)
            .dW(1)
            .isSameMode(false)
            .dataFormat("NHWC")
            .build();
    checkBinary(
        (ops, x, kernel) -> ops.cnn().deconv2d(x, kernel, config),
        new long[] {2, 3, 3, 3},
        new long[] {4, 4, 2, 3});
  }

  @Test
  void largestOfSquares() {
    check(
        new TangentCheck().input("x", 2, 4, 6, 3),
        (scope, in) -> Resample.downsampleByMaximum(scope.operations(), in.get("x")));
  }

  @Test
  void overlappingSquaresHaveNoRule() {
    Pooling2DConfig overlapping =
        Pooling2DConfig.builder().kH(2).kW(2).sH(1).sW(1).isNHWC(true).build();
    TangentCheck check = new TangentCheck().input("x", 1, 3, 3, 1);
    assertThatThrownBy(
            () ->
                check.checkTangents(
                    (scope, in) -> scope.operations().cnn().maxPooling2d(in.get("x"), overlapping)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("maxpool2d")
        .hasMessageContaining("squares side by side");
  }

  private static void checkBinary(Binary function, long[] x, long[] y) {
    check(
        new TangentCheck().input("x", x).input("y", y),
        (scope, in) -> function.apply(scope.operations(), in.get("x"), in.get("y")));
  }

  /** Bare, so that the tangent's shape is seen, and bent. */
  private static void check(TangentCheck check, GradientCheck.Layer layer) {
    check.check(layer);
    check.check((scope, in) -> bent(layer.apply(scope, in)));
  }

  /** A nonlinear function, so that the tangent's gradient with respect to the input is not zero. */
  private static SDVariable bent(SDVariable x) {
    return x.mul(x).add(x);
  }

  private static SDVariable positive(SDVariable x) {
    return x.mul(x).add(0.5);
  }

  static Conv2DConfig config(int kernel, int stride, int padding) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NHWC")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
