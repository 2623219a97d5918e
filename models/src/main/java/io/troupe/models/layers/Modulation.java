package io.troupe.models.layers;

import io.troupe.models.graph.Float32;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Convolutions whose weights each picture's style scales per input channel (Karras et al.,
 * "Analyzing and improving the image quality of StyleGAN", 2020, section 2.2).
 *
 * <p>As the scaled weights differ between pictures, they are never made: scaling the input's
 * channels gives the same, and so does dividing the output's channels by the norms of the scaled
 * filters, which demodulation divides the weights by. A norm's square is the product of the squared
 * scales with the sums of squared weights over positions.
 *
 * @param epsilon added to the squared norm of a filter
 * @param gain of the ReLU that follows a demodulated convolution
 */
public record Modulation(double epsilon, double gain) {
  private static final EqualizedLayers AFFINE = new EqualizedLayers(1, 1, 1);
  private static final EqualizedLayers WEIGHT = new EqualizedLayers(1, 1, 0);

  /** How a demodulated convolution treats the size of its pictures. */
  public enum Size {
    /** 3x3 convolution that keeps the size. */
    KEPT,
    /** {@link FirFilter#upsampleContinued}, then a 3x3 convolution that keeps the size. */
    DOUBLED_CONTINUED,
    /**
     * Zeros inserted, a filter of [1, 3, 3, 1], a 3x3 convolution; see {@code
     * UpsamplingConvolution}.
     */
    DOUBLED_WITHIN
  }

  /**
   * A demodulated 3x3 convolution, times the gain, without bias.
   *
   * @param x [N, H, W, in]
   * @param style [N, styleSize]
   * @param shape of x
   * @return [N, H, W, out], or twice the height and width
   */
  public SDVariable demodulated(
      Scope scope,
      SDVariable x,
      SDVariable style,
      long styleSize,
      long out,
      Size size,
      long... shape) {
    SameDiff ops = scope.operations();
    long in = shape[3];
    SDVariable scales = scales(scope, style, styleSize, in);
    SDVariable weight = WEIGHT.convolutionWeight(scope, in, out, 3);
    SDVariable scaled = perPicture(ops, x, scales, shape[0], in);
    SDVariable h =
        switch (size) {
          case KEPT -> Convolution.same(ops, scaled, weight, 3);
          case DOUBLED_CONTINUED ->
              Convolution.same(ops, FirFilter.upsampleContinued(ops, scaled, shape), weight, 3);
          case DOUBLED_WITHIN -> UpsamplingConvolution.apply(ops, scaled, weight, out, shape);
        };
    SDVariable squares = ops.reshape(weight.mul(weight), 9, in * out).sum(0);
    SDVariable sums =
        Float32.products(ops, () -> scales.mul(scales).mmul(ops.reshape(squares, in, out)));
    SDVariable norms = ops.math().sqrt(sums.add(epsilon));
    return perPicture(ops, h, ops.math().reciprocal(norms).mul(gain), shape[0], out);
  }

  /**
   * A 1x1 convolution to colours, with bias and without demodulation; the gain does not apply.
   *
   * @param x [N, H, W, in]
   * @param style [N, styleSize]
   * @param out channels of the image
   * @param shape of x
   * @return [N, H, W, out]
   */
  public static SDVariable colours(
      Scope scope, SDVariable x, SDVariable style, long styleSize, long out, long... shape) {
    SDVariable scales = scales(scope, style, styleSize, shape[3]);
    SDVariable scaled = perPicture(scope.operations(), x, scales, shape[0], shape[3]);
    return WEIGHT.convolution(scope, scaled, shape[3], out, 1);
  }

  /**
   * One scale per picture and channel [N, in], an affine function of the style, at first about 1.
   */
  private static SDVariable scales(Scope scope, SDVariable style, long styleSize, long in) {
    return AFFINE.linear(scope.child("style"), style, styleSize, in);
  }

  private static SDVariable perPicture(
      SameDiff ops, SDVariable x, SDVariable factors, long batch, long channels) {
    return x.mul(ops.reshape(factors, batch, 1, 1, channels));
  }
}
