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
   * @param rectified whether negative results of the forward pass become zero
   */
  public static long scratch(
      ConvolutionPass pass, ConvolutionShape shape, boolean biased, boolean rectified) {
    if (tiles(pass, shape, rectified)) {
      return TileConvolution.scratch(shape, biased, rectified);
    }
    if (!winograd(shape) || rectified) {
      return DirectConvolution.scratch(pass, shape, biased, rectified);
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.scratch(shape)
        : WinogradConvolution.scratch(pass, shape);
  }

  /**
   * A kernel for a pass.
   *
   * @param rectified whether negative results of the forward pass become zero
   * @param operands what the pass reads, in the order of {@link ConvolutionPass}; pictures
   *     channels-last, weights HWIO
   * @param result what it writes
   * @param scratch as long as {@link #scratch} says; holds nothing between runs
   */
  public static Kernel kernel(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean rectified,
      List<FloatMemory> operands,
      FloatMemory result,
      FloatMemory scratch) {
    if (tiles(pass, shape, rectified)) {
      return TileConvolution.bind(shape, rectified, operands, result, scratch);
    }
    if (!winograd(shape) || rectified) {
      return DirectConvolution.bind(pass, shape, rectified, operands, result, scratch);
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.bind(shape, operands, result, scratch)
        : WinogradConvolution.bind(pass, shape, operands, result, scratch);
  }

  /** Only where nothing is trained: its larger tiles round more, and it knows no gradients. */
  private static boolean tiles(ConvolutionPass pass, ConvolutionShape shape, boolean rectified) {
    return pass == ConvolutionPass.FORWARD
        && rectified
        && hasChannels(shape)
        && TileConvolution.suits(shape);
  }

  private static boolean winograd(ConvolutionShape shape) {
    return hasChannels(shape) && WinogradConvolution.suits(shape);
  }

  private static boolean hasChannels(ConvolutionShape shape) {
    return shape.in() >= LEAST_CHANNELS && shape.out() >= LEAST_CHANNELS;
  }
}
