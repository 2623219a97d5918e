package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import io.troupe.models.compile.GradientCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How docs/checkpoints.md has weights rearranged for PyTorch, applied to random weights: PyTorch's
 * convolutions, written out as sums, then compute what the layers do.
 */
class DocumentedLayoutsTest {
  private static final int H = 4;
  private static final int W = 3;
  private static final int IN = 2;
  private static final int OUT = 5;
  private static final double[] TAPS = {1 / 8.0, 3 / 8.0, 3 / 8.0, 1 / 8.0};

  private final INDArray x = random(1, 2, H, W, IN);

  @Test
  void convolution() throws Exception {
    INDArray weight = random(2, 3, 3, IN, OUT);
    INDArray kernel = rearranged("any convolution", weight);
    INDArray expected = Nd4j.create(DataType.DOUBLE, 2, H, W, OUT);
    each(
        3,
        (row, column, i, j) -> {
          for (int out = 0; out < OUT; out++) {
            for (int in = 0; in < IN; in++) {
              // As PyTorch's, not flipped: the kernel's element (i, j) reads the pixel at (i, j).
              add(
                  expected,
                  row + 1 - i,
                  column + 1 - j,
                  out,
                  row,
                  column,
                  in,
                  kernel,
                  out,
                  in,
                  i,
                  j);
            }
          }
        });
    check(
        weight,
        (scope, in) -> Convolution.same(scope.operations(), in.get("x"), in.get("w"), 3),
        expected);
  }

  @Test
  void doublingConvolutionOfStyleGan2() throws Exception {
    INDArray weight = random(2, 3, 3, IN, OUT);
    INDArray kernel = rearranged("`synthesis.blockB.conv1`", weight);
    INDArray spread = Nd4j.create(DataType.DOUBLE, 2, 2 * H + 1, 2 * W + 1, OUT);
    each(
        3,
        (row, column, i, j) -> {
          for (int out = 0; out < OUT; out++) {
            for (int in = 0; in < IN; in++) {
              add(spread, 2 * row + i, 2 * column + j, out, row, column, in, kernel, out, in, i, j);
            }
          }
        });
    INDArray expected = Nd4j.create(DataType.DOUBLE, 2, 2 * H, 2 * W, OUT);
    for (int row = 0; row < 2 * H; row++) {
      for (int column = 0; column < 2 * W; column++) {
        for (int a = 0; a < 4; a++) {
          for (int b = 0; b < 4; b++) {
            filter(expected, spread, row, column, a, b);
          }
        }
      }
    }
    check(
        weight,
        (scope, in) ->
            UpsamplingConvolution.apply(
                scope.operations(), in.get("x"), in.get("w"), OUT, 2, H, W, IN),
        expected);
  }

  @Test
  void transposedConvolutionOfDcgan() throws Exception {
    INDArray weight = random(2, 4, 4, IN, OUT);
    INDArray kernel = rearranged("`stage1` to `stage4`", weight);
    INDArray expected = Nd4j.create(DataType.DOUBLE, 2, 2 * H, 2 * W, OUT);
    each(
        4,
        (row, column, i, j) -> {
          for (int out = 0; out < OUT; out++) {
            for (int in = 0; in < IN; in++) {
              int r = 2 * row - 1 + i;
              int c = 2 * column - 1 + j;
              add(expected, r, c, out, row, column, in, kernel, in, out, i, j);
            }
          }
        });
    check(
        weight,
        (scope, in) ->
            TransposedConvolution.apply(
                scope.operations(), in.get("x"), in.get("w"), OUT, 2, H, W, IN),
        expected);
  }

  private interface Element {
    void visit(int row, int column, int i, int j);
  }

  private static void each(int kernel, Element element) {
    for (int row = 0; row < H; row++) {
      for (int column = 0; column < W; column++) {
        for (int i = 0; i < kernel; i++) {
          for (int j = 0; j < kernel; j++) {
            element.visit(row, column, i, j);
          }
        }
      }
    }
  }

  /** y at (r, c, out) += x at (row, column, in) times the kernel's element, for both pictures. */
  private void add(
      INDArray y, int r, int c, int out, int row, int column, int in, INDArray kernel, int... at) {
    if (r < 0 || r >= y.size(1) || c < 0 || c >= y.size(2)) {
      return;
    }
    for (int n = 0; n < 2; n++) {
      double sum = y.getDouble(n, r, c, out);
      sum += x.getDouble(n, row, column, in) * kernel.getDouble(at);
      y.putScalar(new int[] {n, r, c, out}, sum);
    }
  }

  /** One term of the filter [1, 3, 3, 1] with gain 4, of the picture with a border of 1. */
  private static void filter(INDArray y, INDArray from, int row, int column, int a, int b) {
    int r = row + a - 1;
    int c = column + b - 1;
    if (r < 0 || r >= from.size(1) || c < 0 || c >= from.size(2)) {
      return;
    }
    for (int n = 0; n < 2; n++) {
      for (int out = 0; out < OUT; out++) {
        double term = 4 * TAPS[a] * TAPS[b] * from.getDouble(n, r, c, out);
        y.putScalar(new int[] {n, row, column, out}, y.getDouble(n, row, column, out) + term);
      }
    }
  }

  private void check(INDArray weight, GradientCheck.Layer layer, INDArray expected) {
    try (Evaluated evaluated =
        new Evaluated(Map.of("x", x, "w", weight), layer, expected.shape())) {
      assertThat(distance(evaluated.run(), expected)).isLessThan(1e-12);
    }
  }

  /** By the NumPy expression in the last column of a row of the page's table. */
  private static INDArray rearranged(String layer, INDArray weight) throws Exception {
    String line =
        Files.readAllLines(Path.of("../docs/checkpoints.md")).stream()
            .filter(text -> text.startsWith("| " + layer))
            .filter(text -> text.contains("weight.transpose"))
            .findFirst()
            .orElseThrow();
    Matcher found =
        Pattern.compile("`weight\\.transpose\\((\\d), (\\d), (\\d), (\\d)\\)(\\[.*])?` \\|$")
            .matcher(line);
    assertThat(found.find()).as(line).isTrue();
    INDArray kernel =
        weight.permute(
            IntStream.rangeClosed(1, 4).map(i -> Integer.parseInt(found.group(i))).toArray());
    if (found.group(5) == null) {
      return kernel.dup('c');
    }
    assertThat(found.group(5)).isEqualTo("[:, :, ::-1, ::-1]");
    INDArray flipped = kernel.dup('c');
    for (int i = 0; i < kernel.size(2); i++) {
      for (int j = 0; j < kernel.size(3); j++) {
        flipped
            .get(all(), all(), point(kernel.size(2) - 1 - i), point(kernel.size(3) - 1 - j))
            .assign(kernel.get(all(), all(), point(i), point(j)));
      }
    }
    return flipped;
  }
}
