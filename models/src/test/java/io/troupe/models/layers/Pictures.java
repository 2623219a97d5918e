package io.troupe.models.layers;

import java.util.function.IntUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on NHWC pictures by their definitions, one number at a time. */
final class Pictures {
  private Pictures() {}

  /**
   * A filter, the same in both directions, at every position from {@code -before} on.
   *
   * @param before rows and columns that are added at each side of the picture
   */
  static INDArray filtered(INDArray x, int before, boolean continued, double... taps) {
    int size = (int) x.size(1) + 2 * before - taps.length + 1;
    INDArray result = Nd4j.create(DataType.DOUBLE, x.size(0), size, size, x.size(3));
    forEach(
        result,
        (n, row, column, c) -> {
          double sum = 0;
          for (int i = 0; i < taps.length; i++) {
            for (int j = 0; j < taps.length; j++) {
              double pixel = pixel(x, n, row + i - before, column + j - before, c, continued);
              sum += taps[i] * taps[j] * pixel;
            }
          }
          return sum;
        });
    return result;
  }

  /** Zeros behind every pixel of every row and behind every row. */
  static INDArray zerosInserted(INDArray x) {
    INDArray result =
        Nd4j.create(DataType.DOUBLE, x.size(0), 2 * x.size(1), 2 * x.size(2), x.size(3));
    forEach(
        result,
        (n, row, column, c) ->
            row % 2 == 0 && column % 2 == 0 ? x.getDouble(n, row / 2, column / 2, c) : 0);
    return result;
  }

  /** Bilinear interpolation at the centres of the pixels of twice as large a picture. */
  static INDArray bilinear(INDArray x) {
    INDArray result =
        Nd4j.create(DataType.DOUBLE, x.size(0), 2 * x.size(1), 2 * x.size(2), x.size(3));
    forEach(
        result,
        (n, row, column, c) -> {
          double y = (row + 0.5) / 2 - 0.5;
          double z = (column + 0.5) / 2 - 0.5;
          int top = (int) Math.floor(y);
          int left = (int) Math.floor(z);
          double down = y - top;
          double right = z - left;
          return (1 - down) * (1 - right) * pixel(x, n, top, left, c, true)
              + (1 - down) * right * pixel(x, n, top, left + 1, c, true)
              + down * (1 - right) * pixel(x, n, top + 1, left, c, true)
              + down * right * pixel(x, n, top + 1, left + 1, c, true);
        });
    return result;
  }

  /**
   * A convolution without padding; each picture has weights [pictures, kernel, kernel, in, out] of
   * its own.
   */
  static INDArray convolved(INDArray x, INDArray weights, int stride) {
    int kernel = (int) weights.size(1);
    long size = (x.size(1) - kernel) / stride + 1;
    INDArray result = Nd4j.create(DataType.DOUBLE, x.size(0), size, size, weights.size(4));
    forEach(
        result,
        (n, row, column, out) -> {
          double sum = 0;
          for (int i = 0; i < kernel; i++) {
            for (int j = 0; j < kernel; j++) {
              for (int in = 0; in < x.size(3); in++) {
                sum +=
                    weights.getDouble(n, i, j, in, out)
                        * x.getDouble(n, row * stride + i, column * stride + j, in);
              }
            }
          }
          return sum;
        });
    return result;
  }

  /** Zeros around. */
  static INDArray padded(INDArray x, int width) {
    return filtered(x, width, false, 1);
  }

  /** Rows and columns up to a size, from a place on. */
  static INDArray part(INDArray x, int from, int size) {
    INDArray result = Nd4j.create(DataType.DOUBLE, x.size(0), size, size, x.size(3));
    forEach(result, (n, row, column, c) -> x.getDouble(n, row + from, column + from, c));
    return result;
  }

  /** Some channels, from a first one on. */
  static INDArray channels(INDArray x, int first, int count) {
    INDArray result = Nd4j.create(DataType.DOUBLE, x.size(0), x.size(1), x.size(2), count);
    forEach(result, (n, row, column, c) -> x.getDouble(n, row, column, c + first));
    return result;
  }

  /** Every second pixel of every second row, from the first on. */
  static INDArray everySecond(INDArray x) {
    INDArray result =
        Nd4j.create(
            DataType.DOUBLE, x.size(0), (x.size(1) + 1) / 2, (x.size(2) + 1) / 2, x.size(3));
    forEach(result, (n, row, column, c) -> x.getDouble(n, 2 * row, 2 * column, c));
    return result;
  }

  private static double pixel(
      INDArray x, int n, int row, int column, int channel, boolean continued) {
    int last = (int) x.size(1) - 1;
    IntUnaryOperator inside = i -> Math.min(last, Math.max(0, i));
    int r = inside.applyAsInt(row);
    int c = inside.applyAsInt(column);
    return continued || (r == row && c == column) ? x.getDouble(n, r, c, channel) : 0;
  }

  @FunctionalInterface
  private interface Definition {
    double at(int picture, int row, int column, int channel);
  }

  private static void forEach(INDArray result, Definition definition) {
    for (int n = 0; n < result.size(0); n++) {
      for (int row = 0; row < result.size(1); row++) {
        for (int column = 0; column < result.size(2); column++) {
          for (int c = 0; c < result.size(3); c++) {
            result.putScalar(new int[] {n, row, column, c}, definition.at(n, row, column, c));
          }
        }
      }
    }
  }
}
