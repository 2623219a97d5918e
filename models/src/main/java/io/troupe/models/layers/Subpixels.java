package io.troupe.models.layers;

import io.troupe.models.graph.Float32;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolutions that double height and width, as four 3x3 convolutions of the small picture: one for
 * each of the four positions of a doubled pixel.
 */
final class Subpixels {
  private Subpixels() {}

  /**
   * Adds the convolution.
   *
   * @param x [N, H, W, in]
   * @param weight [kernel, kernel, in, out]
   * @param even weights of the kernel's elements in one direction, by the pixels i - 1, i and i + 1
   *     that an even position 2i reads: [3, kernel]
   * @param odd the same of the odd position
   * @param shape of x
   * @return [N, 2H, 2W, out]
   */
  static SDVariable apply(
      SameDiff ops,
      SDVariable x,
      SDVariable weight,
      double[][] even,
      double[][] odd,
      long out,
      long... shape) {
    long in = shape[3];
    long kernel = even[0].length;
    SDVariable taps = Float32.products(ops, () -> ops.reshape(weight, kernel * kernel, in * out));
    List<SDVariable> rows = new ArrayList<>();
    for (double[][] vertical : List.of(even, odd)) {
      List<SDVariable> columns = new ArrayList<>();
      for (double[][] horizontal : List.of(even, odd)) {
        SDVariable fold =
            ops.constant(Nd4j.create(product(vertical, horizontal)).castTo(x.dataType()));
        columns.add(ops.reshape(Float32.products(ops, () -> fold.mmul(taps)), 3, 3, in, out));
      }
      SDVariable weights = ops.concat(3, columns.get(0), columns.get(1));
      // [N, H, W, 2 out]: neighbours in a row are already next to each other.
      rows.add(
          ops.reshape(
              Convolution.same(ops, x, weights, 3), shape[0], shape[1], 2 * shape[2] * out));
    }
    SDVariable doubled = ops.concat(2, rows.get(0), rows.get(1));
    return ops.reshape(doubled, shape[0], 2 * shape[1], 2 * shape[2], out);
  }

  /** The Kronecker product, [9, kernel * kernel]. */
  private static double[][] product(double[][] vertical, double[][] horizontal) {
    int kernel = vertical[0].length;
    double[][] product = new double[9][kernel * kernel];
    for (int row = 0; row < 9; row++) {
      for (int column = 0; column < kernel * kernel; column++) {
        product[row][column] =
            vertical[row / 3][column / kernel] * horizontal[row % 3][column % kernel];
      }
    }
    return product;
  }
}
