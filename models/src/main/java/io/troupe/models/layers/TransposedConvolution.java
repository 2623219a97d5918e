package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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
  private static final double[][] EVEN = {{0, 0, 0, 1}, {0, 1, 0, 0}, {0, 0, 0, 0}};

  /** The same at an odd position. */
  private static final double[][] ODD = {{0, 0, 0, 0}, {0, 0, 1, 0}, {1, 0, 0, 0}};

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
    return Subpixels.apply(ops, x, weight, EVEN, ODD, out, shape);
  }
}
