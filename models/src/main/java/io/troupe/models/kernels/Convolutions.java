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
   */
  public static long scratch(ConvolutionPass pass, ConvolutionShape shape, boolean biased) {
    if (!winograd(shape)) {
      return DirectConvolution.scratch(pass, shape, biased);
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.scratch(shape)
        : WinogradConvolution.scratch(pass, shape);
  }

  /**
   * A kernel for a pass.
   *
   * @param operands what the pass reads, in the order of {@link ConvolutionPass}; pictures
   *     channels-last, weights HWIO
   * @param result what it writes
   * @param scratch as long as {@link #scratch} says; holds nothing between runs
   */
  public static Kernel kernel(
      ConvolutionPass pass,
      ConvolutionShape shape,
      List<FloatMemory> operands,
      FloatMemory result,
      FloatMemory scratch) {
    if (!winograd(shape)) {
      return DirectConvolution.bind(pass, shape, operands, result, scratch);
    }
    return pass == ConvolutionPass.WEIGHT_GRADIENT
        ? WinogradWeightGradient.bind(shape, operands, result, scratch)
        : WinogradConvolution.bind(pass, shape, operands, result, scratch);
  }

  private static boolean winograd(ConvolutionShape shape) {
    return WinogradConvolution.suits(shape)
        && shape.in() >= LEAST_CHANNELS
        && shape.out() >= LEAST_CHANNELS;
  }
}
