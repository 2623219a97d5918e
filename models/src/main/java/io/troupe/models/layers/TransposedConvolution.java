package io.troupe.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The transposed convolution with kernel 4, stride 2 and padding 1, which doubles height and width
 * (Radford et al., "Unsupervised representation learning with deep convolutional generative
 * adversarial networks", 2016).
 *
 * <p>At each of the four positions of a doubled pixel 2x2 of the kernel's elements meet pixels, so
 * the whole is four 3x3 convolutions of the small picture, in whose kernels zeros stand for the
 * other elements.
 */
public final class TransposedConvolution {
  /** Which of the kernel's four elements meets pixel i - 1, i, i + 1 at an even position. */
  private static final int[] EVEN = {3, 1, -1};

  /** The same at an odd position. */
  private static final int[] ODD = {-1, 2, 0};

  private TransposedConvolution() {}

  /**
   * Adds the convolution.
   *
   * @param x [N, H, W, in]
   * @param weight [4, 4, in, out]
   * @param shape of x
   * @return [N, 2H, 2W, out]
   */
  public static SDVariable apply(
      SameDiff ops, SDVariable x, SDVariable weight, long out, long... shape) {
    long in = shape[3];
    SDVariable taps = ops.reshape(weight, 16, in * out);
    List<SDVariable> rows = new ArrayList<>();
    for (int[] vertical : List.of(EVEN, ODD)) {
      List<SDVariable> columns = new ArrayList<>();
      for (int[] horizontal : List.of(EVEN, ODD)) {
        SDVariable choice =
            ops.constant(Nd4j.create(choice(vertical, horizontal)).castTo(x.dataType()));
        columns.add(ops.reshape(choice.mmul(taps), 3, 3, in, out));
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

  /** [9, 16]: a one where an element of the 3x3 kernel is an element of the 4x4 one. */
  private static double[][] choice(int[] vertical, int[] horizontal) {
    double[][] choice = new double[9][16];
    for (int i = 0; i < 9; i++) {
      int row = vertical[i / 3];
      int column = horizontal[i % 3];
      if (row >= 0 && column >= 0) {
        choice[i][4 * row + column] = 1;
      }
    }
    return choice;
  }
}
