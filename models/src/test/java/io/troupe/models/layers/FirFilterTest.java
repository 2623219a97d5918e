package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Filters against their definitions, one number at a time. */
class FirFilterTest {
  private static final GradientCheck.Layer DOUBLE_WITHIN =
      (scope, in) -> FirFilter.upsampleWithin(scope.operations(), in.get("x"), 2, 4, 4, 3);
  private static final GradientCheck.Layer DOUBLE_CONTINUED =
      (scope, in) -> FirFilter.upsampleContinued(scope.operations(), in.get("x"), 2, 4, 4, 3);
  private static final GradientCheck.Layer HALVE_CONTINUED =
      (scope, in) -> FirFilter.downsampleContinued(scope.operations(), in.get("x"), 2, 4, 4, 3);
  private static final GradientCheck.Layer HALVE_BY_CONVOLUTION =
      (scope, in) ->
          FirFilter.downsampleByConvolution(
              scope.operations(), in.get("x"), in.get("weight"), in.get("bias"));
  private static final GradientCheck.Layer DOUBLING_CONVOLUTION =
      (scope, in) ->
          UpsamplingConvolution.apply(
              scope.operations(), in.get("x"), in.get("weight"), 5, 2, 4, 4, 3);
  private static final double[] FIR = {1. / 8, 3. / 8, 3. / 8, 1. / 8};
  private static final double[] FIR_TIMES_TWO = {1. / 4, 3. / 4, 3. / 4, 1. / 4};
  private static final double[] SMOOTH = {1. / 4, 2. / 4, 1. / 4};

  private final INDArray x = random(1, 2, 4, 4, 3);
  private final INDArray weight = random(2, 3, 3, 3, 5);
  private final INDArray bias = random(3, 5);

  /** The filter's output at row 2i is about pixel i: two zeros are above and one below. */
  @Test
  void doublesWithinItsBorder() {
    INDArray all = Pictures.filtered(Pictures.zerosInserted(x), 2, false, FIR_TIMES_TWO);
    INDArray expected = Pictures.part(all, 0, 8);
    assertThat(distance(run(DOUBLE_WITHIN, 2, 8, 8, 3), expected)).isLessThan(1e-14);
  }

  @Test
  void doublesBeyondItsBorder() {
    INDArray expected = Pictures.filtered(Pictures.bilinear(x), 1, true, SMOOTH);
    assertThat(distance(run(DOUBLE_CONTINUED, 2, 8, 8, 3), expected)).isLessThan(1e-14);
  }

  @Test
  void halves() {
    INDArray smooth = Pictures.filtered(x, 1, true, SMOOTH);
    INDArray expected = Pictures.everySecond(Pictures.filtered(smooth, 0, false, 0.5, 0.5));
    assertThat(distance(run(HALVE_CONTINUED, 2, 2, 2, 3), expected)).isLessThan(1e-14);
  }

  @Test
  void halvesByConvolution() {
    INDArray filtered = Pictures.filtered(x, 2, false, FIR);
    INDArray expected = Pictures.convolved(filtered, twice(weight), 2).addi(bias);
    assertThat(distance(run(HALVE_BY_CONVOLUTION, 2, 2, 2, 5), expected)).isLessThan(1e-13);
  }

  /** One more row and column of the filter's output at each side, where it is not zero. */
  @Test
  void doublingConvolution() {
    INDArray wide = Pictures.filtered(Pictures.zerosInserted(x), 3, false, FIR_TIMES_TWO);
    INDArray needed = Pictures.part(wide, 0, 10);
    INDArray expected = Pictures.convolved(needed, twice(weight), 1);
    assertThat(distance(run(DOUBLING_CONVOLUTION, 2, 8, 8, 5), expected)).isLessThan(1e-13);
  }

  @Test
  void constantPicturesStayConstant() {
    x.assign(0.7);
    assertThat(distance(run(DOUBLE_CONTINUED, 2, 8, 8, 3), constant(8))).isLessThan(1e-15);
    assertThat(distance(run(HALVE_CONTINUED, 2, 2, 2, 3), constant(2))).isLessThan(1e-15);
    INDArray within = run(DOUBLE_WITHIN, 2, 8, 8, 3);
    assertThat(distance(Pictures.part(within, 1, 6), constant(6))).isLessThan(1e-15);
  }

  @Test
  void gradients() {
    check(DOUBLE_WITHIN);
    check(DOUBLE_CONTINUED);
    check(HALVE_CONTINUED);
    check(HALVE_BY_CONVOLUTION);
    check(DOUBLING_CONVOLUTION);
  }

  private static void check(GradientCheck.Layer layer) {
    new GradientCheck()
        .input("x", 2, 4, 4, 3)
        .input("weight", 3, 3, 3, 5)
        .input("bias", 5)
        .check(layer, BatchNormMode.BATCH);
  }

  private INDArray run(GradientCheck.Layer layer, long... shape) {
    Map<String, INDArray> inputs = Map.of("x", x, "weight", weight, "bias", bias);
    try (Evaluated evaluated = new Evaluated(inputs, layer, shape)) {
      return evaluated.run();
    }
  }

  private static INDArray constant(long size) {
    return Nd4j.valueArrayOf(new long[] {2, size, size, 3}, 0.7, DataType.DOUBLE);
  }

  private static INDArray twice(INDArray weight) {
    return Nd4j.stack(0, weight, weight);
  }
}
