package io.troupe.models.graph;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

class ForwardModeTest {
  @Test
  void convolutionRectifierSumAndProduct() {
    new TangentCheck()
        .input("x", 2, 4, 4, 3)
        .input("kernel", 3, 3, 3, 5)
        .input("bias", 5)
        .input("last", 5, 2)
        .check(
            (scope, in) -> {
              SDVariable h =
                  scope
                      .operations()
                      .cnn()
                      .conv2d(in.get("x"), in.get("kernel"), in.get("bias"), convolution(3, 1, 1));
              return scope.operations().nn().relu(h, 0).sum(1, 2).mmul(in.get("last"));
            });
  }

  private static Conv2DConfig convolution(int kernel, int stride, int padding) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NHWC")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
