package io.troupe.models.kernels;

import java.util.List;

/**
 * Passes of convolutions whose pictures and weights are bfloat16: products and sums are float32, to
 * which a bias is added, and whose negative ones may become zero, before the result is rounded.
 */
public final class Bfloat16Convolutions {
  private Bfloat16Convolutions() {}

  /**
   * Floats of scratch memory that {@link #kernel} asks for.
   *
   * @param biased whether the forward pass adds a bias
   * @param withRelu whether negative results of the forward pass become zero
   * @param roundsResult whether the result is bfloat16
   */
  public static long scratch(
      Bfloat16Algorithm algorithm,
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean biased,
      boolean withRelu,
      boolean roundsResult) {
    return switch (algorithm) {
      case PORTABLE -> PortableConvolution.scratch(pass, shape, biased, roundsResult);
      case NATIVE ->
          DirectConvolution.scratch(
              pass,
              shape,
              biased,
              withRelu,
              ElementType.BFLOAT16,
              roundsResult ? ElementType.BFLOAT16 : ElementType.FLOAT32);
    };
  }

  /**
   * A kernel for a pass.
   *
   * @param withRelu whether negative results of the forward pass become zero
   * @param operands what the pass reads, in the order of {@link ConvolutionPass}: bfloat16
   *     pictures, channels-last; weights HWIO, floats which are rounded; a bias of floats, which is
   *     not
   * @param result floats, or of the passes that give pictures bfloat16
   * @param scratch as long as {@link #scratch} says; holds nothing between runs
   */
  public static Kernel kernel(
      Bfloat16Algorithm algorithm,
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean withRelu,
      List<? extends ArrayMemory> operands,
      ArrayMemory result,
      FloatMemory scratch) {
    ConvolutionArrays arrays = new ConvolutionArrays(operands, result, scratch);
    return switch (algorithm) {
      case PORTABLE -> PortableConvolution.bind(pass, shape, withRelu, arrays);
      case NATIVE -> DirectConvolution.bind(pass, shape, withRelu, arrays);
    };
  }
}
