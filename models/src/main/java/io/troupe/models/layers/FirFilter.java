package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Doubling and halving of NHWC pictures with binomial low-pass filters, in two ways: with pictures
 * that continue as zero beyond their border, or as their outermost pixels.
 *
 * <p>The filters are made of means of 2x2 squares: repeated, these are [1, 2, 1], [1, 3, 3, 1], [1,
 * 4, 6, 4, 1] in each direction. Interpolating by inserted zeros and [1, 3, 3, 1] is repeating each
 * pixel twice and taking the mean twice.
 */
public final class FirFilter {
  private FirFilter() {}

  /**
   * Inserts zeros and filters by [1, 3, 3, 1], with zeros around (StyleGAN2's up-sampling).
   *
   * @param x [N, H, W, C]
   * @param shape of x
   * @return [N, 2H, 2W, C]
   */
  public static SDVariable upsampleWithin(SameDiff ops, SDVariable x, long... shape) {
    long[] padded = grown(shape, 2);
    SDVariable repeated = Resample.upsampleNearest(ops, pad(ops, x, 1), padded);
    SDVariable filtered = means(ops, repeated, 2);
    return ops.slice(
        filtered, new int[] {0, 1, 1, 0}, ints(shape[0], 2 * shape[1], 2 * shape[2], shape[3]));
  }

  /**
   * Bilinear interpolation and a filter of [1, 2, 1], both with the outermost pixels continued.
   *
   * @param x [N, H, W, C]
   * @param shape of x
   * @return [N, 2H, 2W, C]
   */
  public static SDVariable upsampleContinued(SameDiff ops, SDVariable x, long... shape) {
    SDVariable repeated = Resample.upsampleNearest(ops, continued(ops, x, shape), grown(shape, 2));
    return means(ops, repeated, 4);
  }

  /**
   * A filter of [1, 2, 1] with the outermost pixels continued, and the mean of every 2x2 square.
   *
   * @param x [N, H, W, C]
   * @param shape of x; H and W are even
   * @return [N, H / 2, W / 2, C]
   */
  public static SDVariable downsampleContinued(SameDiff ops, SDVariable x, long... shape) {
    return Resample.downsampleByMean(ops, means(ops, continued(ops, x, shape), 2));
  }

  /**
   * A filter of [1, 3, 3, 1] with zeros around, then a 3x3 convolution at every second position
   * (StyleGAN2's down-sampling convolution).
   *
   * @param x [N, H, W, in]; H and W are even
   * @param weight [3, 3, in, out]
   * @param bias [out]
   * @return [N, H / 2, W / 2, out]
   */
  public static SDVariable downsampleByConvolution(
      SameDiff ops, SDVariable x, SDVariable weight, SDVariable bias) {
    return Convolution.unpadded(ops, means(ops, pad(ops, x, 2), 3), weight, 3, 2, bias);
  }

  /**
   * A filter of [1, 3, 3, 1] with zeros around, at every second position.
   *
   * @param x [N, H, W, C]; H and W are even
   * @return [N, H / 2, W / 2, C]
   */
  public static SDVariable downsampleWithin(SameDiff ops, SDVariable x) {
    return Resample.downsampleByMean(ops, means(ops, pad(ops, x, 1), 2));
  }

  /** Means of all 2x2 squares, repeatedly. Each time height and width shrink by one. */
  private static SDVariable means(SameDiff ops, SDVariable x, int times) {
    SDVariable mean = x;
    for (int i = 0; i < times; i++) {
      mean =
          ops.cnn()
              .avgPooling2d(
                  mean,
                  Pooling2DConfig.builder()
                      .kH(2)
                      .kW(2)
                      .sH(1)
                      .sW(1)
                      .pH(0)
                      .pW(0)
                      .dH(1)
                      .dW(1)
                      .isNHWC(true)
                      .type(Pooling2D.Pooling2DType.AVG)
                      .build());
    }
    return mean;
  }

  private static SDVariable pad(SameDiff ops, SDVariable x, int width) {
    int[][] widths = {{0, 0}, {width, width}, {width, width}, {0, 0}};
    return ops.nn().pad(x, ops.constant(Nd4j.createFromArray(widths)), PadMode.CONSTANT, 0);
  }

  /** One more row or column of the same pixels at each side. */
  private static SDVariable continued(SameDiff ops, SDVariable x, long... shape) {
    int[] row = ints(shape[0], 1, shape[2], shape[3]);
    int[] column = ints(shape[0], shape[1] + 2, 1, shape[3]);
    SDVariable top = ops.slice(x, new int[4], row);
    SDVariable bottom = ops.slice(x, ints(0, shape[1] - 1, 0, 0), row);
    SDVariable tall = ops.concat(1, top, x, bottom);
    SDVariable left = ops.slice(tall, new int[4], column);
    SDVariable right = ops.slice(tall, ints(0, 0, shape[2] - 1, 0), column);
    return ops.concat(2, left, tall, right);
  }

  private static long[] grown(long[] shape, long by) {
    return new long[] {shape[0], shape[1] + by, shape[2] + by, shape[3]};
  }

  private static int[] ints(long... values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }
}
