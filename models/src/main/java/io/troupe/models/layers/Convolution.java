package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * Convolutions of NHWC pictures. Where the weights have fewer inputs than the pictures have
 * channels, [kernel, kernel, in / groups, out], the channels of both sides are in groups, one after
 * the other, each of which reads its own; with one input it is a depthwise convolution.
 */
public final class Convolution {
  private Convolution() {}

  /**
   * With stride 1 and as much padding as keeps height and width.
   *
   * @param x [N, H, W, in]
   * @param weight [kernel, kernel, in, out]
   * @param kernel odd
   * @param bias [out]
   * @return [N, H, W, out]
   */
  public static SDVariable same(
      SameDiff ops, SDVariable x, SDVariable weight, int kernel, SDVariable bias) {
    return ops.cnn().conv2d(x, weight, bias, config(kernel, 1, kernel / 2));
  }

  /** As {@link #same(SameDiff, SDVariable, SDVariable, int, SDVariable)}, without bias. */
  public static SDVariable same(SameDiff ops, SDVariable x, SDVariable weight, int kernel) {
    return ops.cnn().conv2d(x, weight, config(kernel, 1, kernel / 2));
  }

  /**
   * Without padding.
   *
   * @param x [N, H, W, in]
   * @param weight [kernel, kernel, in, out]
   * @param bias [out]
   * @return [N, (H - kernel) / stride + 1, (W - kernel) / stride + 1, out]
   */
  public static SDVariable unpadded(
      SameDiff ops, SDVariable x, SDVariable weight, int kernel, int stride, SDVariable bias) {
    return ops.cnn().conv2d(x, weight, bias, config(kernel, stride, 0));
  }

  /**
   * With any stride and padding, without bias.
   *
   * @param x [N, H, W, in]
   * @param weight [kernel, kernel, in, out]
   * @return [N, (H + 2 padding - kernel) / stride + 1, and so for W, out]
   */
  public static SDVariable strided(
      SameDiff ops, SDVariable x, SDVariable weight, int kernel, int stride, int padding) {
    return ops.cnn().conv2d(x, weight, config(kernel, stride, padding));
  }

  /**
   * With any stride, and a padding for each direction.
   *
   * @param x [N, H, W, in]
   * @param weight [kernel height, kernel width, in, out]
   * @param bias [out]
   * @return [N, (H + 2 paddingHeight - kernel height) / stride + 1, and so for W, out]
   */
  public static SDVariable padded(
      SameDiff ops,
      SDVariable x,
      SDVariable weight,
      int stride,
      int paddingHeight,
      int paddingWidth,
      SDVariable bias) {
    long[] shape = weight.getShape();
    return ops.cnn()
        .conv2d(x, weight, bias, config(shape[0], shape[1], stride, paddingHeight, paddingWidth));
  }

  private static Conv2DConfig config(int kernel, int stride, int padding) {
    return config(kernel, kernel, stride, padding, padding);
  }

  private static Conv2DConfig config(
      long kernelHeight, long kernelWidth, int stride, int paddingHeight, int paddingWidth) {
    return Conv2DConfig.builder()
        .kH(kernelHeight)
        .kW(kernelWidth)
        .sH(stride)
        .sW(stride)
        .pH(paddingHeight)
        .pW(paddingWidth)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NHWC")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
