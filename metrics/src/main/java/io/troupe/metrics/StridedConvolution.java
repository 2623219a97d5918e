package io.troupe.metrics;

import io.troupe.config.random.CounterRandom;
import java.util.Arrays;

/**
 * A 3x3 convolution with stride 2, padding 1 and no bias, then a leaky ReLU, on one image at a
 * time.
 *
 * <p>Its input is an image in HWC order with a border of one zero pixel on every side, and so is
 * its output, so that layers chain without bounds checks. Sums are made in a fixed order in plain
 * float arithmetic: every machine gets the same bits.
 */
final class StridedConvolution {
  private static final float NEGATIVE_SLOPE = 0.2f;
  private static final int KERNEL = 3;

  private final int paddedInputWidth;
  private final int inputChannels;
  private final int outputHeight;
  private final int outputWidth;
  private final int outputChannels;
  private final float[][] weights;
  private final float[] sums;
  private final float[] output;

  /**
   * A layer for inputs of one size.
   *
   * @param height rows of the input without its border
   * @param width columns of the input without its border
   * @param random where the weights come from: normal, with He et al.'s (2015) variance for this
   *     slope, in the order row, column, input channel, output channel
   */
  StridedConvolution(
      int height, int width, int inputChannels, int outputChannels, CounterRandom random) {
    this.paddedInputWidth = width + 2;
    this.inputChannels = inputChannels;
    this.outputHeight = (height + 1) / 2;
    this.outputWidth = (width + 1) / 2;
    this.outputChannels = outputChannels;
    int fanIn = KERNEL * KERNEL * inputChannels;
    double deviation = Math.sqrt(2 / ((1 + NEGATIVE_SLOPE * NEGATIVE_SLOPE) * fanIn));
    weights = new float[fanIn][outputChannels];
    for (float[] row : weights) {
      for (int channel = 0; channel < outputChannels; channel++) {
        row[channel] = (float) (deviation * random.nextGaussian());
      }
    }
    sums = new float[outputChannels];
    output = new float[(outputHeight + 2) * (outputWidth + 2) * outputChannels];
  }

  int outputHeight() {
    return outputHeight;
  }

  int outputWidth() {
    return outputWidth;
  }

  int outputChannels() {
    return outputChannels;
  }

  /**
   * Convolves one image.
   *
   * @param input a bordered image
   * @param means receives the mean of every output channel, from {@code meansOffset} on
   * @return the bordered output, overwritten by the next call
   */
  float[] apply(float[] input, float[] means, int meansOffset) {
    double[] totals = new double[outputChannels];
    for (int y = 0; y < outputHeight; y++) {
      for (int x = 0; x < outputWidth; x++) {
        convolvePixel(input, y, x);
        int at = ((y + 1) * (outputWidth + 2) + x + 1) * outputChannels;
        for (int channel = 0; channel < outputChannels; channel++) {
          float sum = sums[channel];
          float activation = sum < 0 ? NEGATIVE_SLOPE * sum : sum;
          output[at + channel] = activation;
          totals[channel] += activation;
        }
      }
    }
    int pixels = outputHeight * outputWidth;
    for (int channel = 0; channel < outputChannels; channel++) {
      means[meansOffset + channel] = (float) (totals[channel] / pixels);
    }
    return output;
  }

  private void convolvePixel(float[] input, int y, int x) {
    Arrays.fill(sums, 0);
    int weightRow = 0;
    for (int row = 0; row < KERNEL; row++) {
      int at = ((2 * y + row) * paddedInputWidth + 2 * x) * inputChannels;
      // The three columns of a kernel row lie side by side in the image.
      for (int i = 0; i < inputChannels; i++, at += KERNEL, weightRow += KERNEL) {
        addScaled(
            input[at],
            weights[weightRow],
            input[at + 1],
            weights[weightRow + 1],
            input[at + 2],
            weights[weightRow + 2],
            sums);
      }
    }
  }

  /** Adds a u + b v + c w to {@code sums}; its own method so that the JIT makes vector code. */
  private static void addScaled(
      float a, float[] u, float b, float[] v, float c, float[] w, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] + a * u[i] + b * v[i] + c * w[i];
    }
  }
}
