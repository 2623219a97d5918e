package io.troupe.models.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.models.compile.GradientCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TransposedConvolutionTest {
  private static final GradientCheck.Layer LAYER =
      (scope, in) ->
          TransposedConvolution.apply(
              scope.operations(), in.get("x"), in.get("weight"), 5, 2, 4, 3, 2);

  /** Every pixel adds the kernel times itself to 4x4 pixels, which begin one before its double. */
  @Test
  void asDefined() {
    INDArray x = Evaluated.random(1, 2, 4, 3, 2);
    INDArray weight = Evaluated.random(2, 4, 4, 2, 5);
    INDArray expected = Nd4j.create(DataType.DOUBLE, 2, 8, 6, 5);
    for (int n = 0; n < 2; n++) {
      for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 3; column++) {
          for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
              add(expected, x, weight, n, row, column, i, j);
            }
          }
        }
      }
    }
    try (Evaluated layer = new Evaluated(Map.of("x", x, "weight", weight), LAYER, 2, 8, 6, 5)) {
      assertThat(Evaluated.distance(layer.run(), expected)).isLessThan(1e-12);
    }
  }

  private static void add(
      INDArray y, INDArray x, INDArray weight, int n, int row, int column, int i, int j) {
    int r = 2 * row - 1 + i;
    int c = 2 * column - 1 + j;
    if (r < 0 || r >= y.size(1) || c < 0 || c >= y.size(2)) {
      return;
    }
    for (int out = 0; out < 5; out++) {
      double sum = y.getDouble(n, r, c, out);
      for (int in = 0; in < 2; in++) {
        sum += x.getDouble(n, row, column, in) * weight.getDouble(i, j, in, out);
      }
      y.putScalar(new int[] {n, r, c, out}, sum);
    }
  }

  @Test
  void gradients() {
    new GradientCheck()
        .input("x", 2, 4, 3, 2)
        .input("weight", 4, 4, 2, 5)
        .check(LAYER, RunSettings.BatchNormMode.BATCH);
  }
}
