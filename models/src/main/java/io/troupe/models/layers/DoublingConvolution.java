package io.troupe.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * StyleGAN2's up-sampling convolution (Karras et al., "Analyzing and improving the image quality of
 * StyleGAN", 2020): zeros are inserted between the pixels, the result is filtered by [1, 3, 3, 1]
 * and convolved with a 3x3 kernel. What lies beyond the picture is zero, and the filter's output
 * there counts as well.
 *
 * <p>Filter and kernel together are a 6x6 kernel on a picture of which three quarters are zeros. At
 * each of the four positions of a doubled pixel, the pixels that are not zero meet 3x3 of its
 * elements, so the whole is four 3x3 convolutions of the small picture, and the filter works on
 * weights only.
 */
final class DoublingConvolution {
  /** The taps of an even output on pixels i - 1, i, i + 1 by those of the kernel. */
  private static final double[][] EVEN = {{3, 1, 0}, {1, 3, 3}, {0, 0, 1}};

  /** The same of an odd output: the mirror image. */
  private static final double[][] ODD = {{1, 0, 0}, {3, 3, 1}, {0, 1, 3}};

  private DoublingConvolution() {}

  /**
   * Adds the convolution.
   *
   * @param x [N, H, W, in]
   * @param weight [3, 3, in, out]
   * @param shape of x
   * @return [N, 2H, 2W, out]
   */
  static SDVariable apply(SameDiff ops, SDVariable x, SDVariable weight, long out, long... shape) {
    long in = shape[3];
    SDVariable taps = ops.reshape(weight, 9, in * out);
    List<SDVariable> rows = new ArrayList<>();
    for (double[][] vertical : List.of(EVEN, ODD)) {
      List<SDVariable> columns = new ArrayList<>();
      for (double[][] horizontal : List.of(EVEN, ODD)) {
        SDVariable fold =
            ops.constant(Nd4j.create(product(vertical, horizontal)).castTo(x.dataType()));
        columns.add(ops.reshape(fold.mmul(taps), 3, 3, in, out));
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

  /** The Kronecker product over 16, [9, 9]; with 16 the filter's taps sum to 1 at each position. */
  private static double[][] product(double[][] vertical, double[][] horizontal) {
    double[][] product = new double[9][9];
    for (int row = 0; row < 9; row++) {
      for (int column = 0; column < 9; column++) {
        product[row][column] = vertical[row / 3][column / 3] * horizontal[row % 3][column % 3] / 16;
      }
    }
    return product;
  }
}
