package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** Maxima and means over square windows of NHWC pictures; padding never counts. */
public final class Pooling {
  private static final double PADDING_DOES_NOT_COUNT = 0;

  private Pooling() {}

  /**
   * The maximum of the pixels that are in the window.
   *
   * @param x [N, H, W, C]
   * @param padding pixels outside of the picture that windows may begin and end with
   * @return [N, (H + 2 padding - window) / stride + 1, and so for W, C]
   */
  public static SDVariable maximum(
      SameDiff ops, SDVariable x, int window, int stride, int padding) {
    return ops.cnn().maxPooling2d(x, config(window, stride, padding));
  }

  /** The mean of the pixels that are in the window, as {@link #maximum}. */
  public static SDVariable mean(SameDiff ops, SDVariable x, int window, int stride, int padding) {
    return ops.cnn().avgPooling2d(x, config(window, stride, padding));
  }

  private static Pooling2DConfig config(int window, int stride, int padding) {
    return Pooling2DConfig.builder()
        .kH(window)
        .kW(window)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .dH(1)
        .dW(1)
        .extra(PADDING_DOES_NOT_COUNT)
        .paddingMode(PaddingMode.VALID)
        .isNHWC(true)
        .build();
  }
}
