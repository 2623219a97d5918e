package io.troupe.models.kernels;

import java.util.List;

/** Chooses how a pass of a convolution runs. */
public final class Convolutions {
  /** With fewer channels the transformations cost more than the products save. */
  private static final long LEAST_CHANNELS = 32;

  private Convolutions() {}

  /**
   * Floats of scratch memory that {@link #kernel} asks for.
   *
   * @param biased whether the forward pass adds a bias
   * @param withRelu whether negative results of the forward pass become zero
   */
  public static long scratch(
      ConvolutionPass pass, ConvolutionShape shape, boolean biased, boolean withRelu) {
    if (tiles(pass, shape, withRelu)) {
      return TileConvolution.scratch(shape, biased, withRelu);
    }
    if (!winograd(shape) || withRelu) {
      return DirectConvolution.scratch(
          pass, shape, biased, withRelu, ElementType.FLOAT32, ElementType.FLOAT32);
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.scratch(shape)
        : WinogradConvolution.scratch(pass, shape);
  }

  /**
   * A kernel for a pass.
   *
   * @param withRelu whether negative results of the forward pass become zero
   * @param operands what the pass reads, in the order of {@link ConvolutionPass}; pictures
   *     channels-last, weights HWIO
   * @param result what it writes
   * @param scratch as long as {@link #scratch} says; holds nothing between runs
   */
  public static Kernel kernel(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean withRelu,
      List<FloatMemory> operands,
      FloatMemory result,
      FloatMemory scratch) {
    if (tiles(pass, shape, withRelu)) {
      return TileConvolution.bind(shape, withRelu, operands, result, scratch);
    }
    if (!winograd(shape) || withRelu) {
      return DirectConvolution.bind(
          pass, shape, withRelu, new ConvolutionArrays(operands, result, scratch));
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.bind(shape, operands, result, scratch)
        : WinogradConvolution.bind(pass, shape, operands, result, scratch);
  }

  /** Only where nothing is trained: its larger tiles round more, and it knows no gradients. */
  private static boolean tiles(ConvolutionPass pass, ConvolutionShape shape, boolean withRelu) {
    return pass == ConvolutionPass.FORWARD
        && withRelu
        && hasChannels(shape)
        && TileConvolution.suits(shape);
  }

  private static boolean winograd(ConvolutionShape shape) {
    return hasChannels(shape) && WinogradConvolution.suits(shape);
  }

  private static boolean hasChannels(ConvolutionShape shape) {
    return shape.groups() == 1 && shape.in() >= LEAST_CHANNELS && shape.out() >= LEAST_CHANNELS;
  }
}
