package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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
final class UpsamplingConvolution {
  /** The taps of an even output on pixels i - 1, i, i + 1 by those of the kernel. */
  private static final double[][] EVEN = {
    {3 / 4., 1 / 4., 0}, {1 / 4., 3 / 4., 3 / 4.}, {0, 0, 1 / 4.}
  };

  /** The same of an odd output: the mirror image. */
  private static final double[][] ODD = {
    {1 / 4., 0, 0}, {3 / 4., 3 / 4., 1 / 4.}, {0, 1 / 4., 3 / 4.}
  };

  private UpsamplingConvolution() {}

  /**
   * Adds the convolution.
   *
   * @param x [N, H, W, in]
   * @param weight [3, 3, in, out]
   * @param shape of x
   * @return [N, 2H, 2W, out]
   */
  static SDVariable apply(SameDiff ops, SDVariable x, SDVariable weight, long out, long... shape) {
    return Subpixels.apply(ops, x, weight, EVEN, ODD, out, shape);
  }
}
