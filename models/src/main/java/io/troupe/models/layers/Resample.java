package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** Halving and doubling of NHWC pictures. */
public final class Resample {
  private Resample() {}

  /**
   * Repeats every pixel in a 2x2 square: first each pixel within its row, then each row. Not
   * upsampling2d, whose NHWC gradient is wrong (docs/decisions/002).
   *
   * @param shape of x: N, H, W, C
   * @return [N, 2H, 2W, C]
   */
  public static SDVariable upsampleNearest(SameDiff ops, SDVariable x, long... shape) {
    SDVariable wide = ops.concat(3, x, x);
    SDVariable rows = ops.reshape(wide, shape[0], shape[1], 2 * shape[2] * shape[3]);
    return ops.reshape(ops.concat(2, rows, rows), shape[0], 2 * shape[1], 2 * shape[2], shape[3]);
  }

  /** The mean of every 2x2 square. */
  public static SDVariable downsampleByMean(SameDiff ops, SDVariable x) {
    return ops.cnn().avgPooling2d(x, squares(Pooling2D.Pooling2DType.AVG));
  }

  /** The largest of every 2x2 square. */
  public static SDVariable downsampleByMaximum(SameDiff ops, SDVariable x) {
    return ops.cnn().maxPooling2d(x, squares(Pooling2D.Pooling2DType.MAX));
  }

  private static Pooling2DConfig squares(Pooling2D.Pooling2DType type) {
    return Pooling2DConfig.builder()
        .kH(2)
        .kW(2)
        .sH(2)
        .sW(2)
        .pH(0)
        .pW(0)
        .dH(1)
        .dW(1)
        .isNHWC(true)
        .type(type)
        .build();
  }
}
