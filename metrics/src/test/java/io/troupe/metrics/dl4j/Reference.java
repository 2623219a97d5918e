package io.troupe.metrics.dl4j;

/** Layers in a few lines of plain Java, in double; pictures are [row][column][channel]. */
final class Reference {
  private Reference() {}

  /** A weight of a convolution. */
  interface Kernel {
    double at(int row, int column, int in, int out);
  }

  /** A convolution of 3x3 without border, and ReLU. */
  static double[][][] convolution(double[][][] picture, Kernel kernel, double... bias) {
    int side = picture.length - 2;
    double[][][] result = new double[side][side][bias.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int out = 0; out < bias.length; out++) {
          double sum = bias[out];
          for (int k = 0; k < 9; k++) {
            for (int in = 0; in < picture[0][0].length; in++) {
              sum += picture[y + k / 3][x + k % 3][in] * kernel.at(k / 3, k % 3, in, out);
            }
          }
          result[y][x][out] = Math.max(0, sum);
        }
      }
    }
    return result;
  }

  /** The mean of each channel. */
  static double[] mean(double[][][] picture) {
    double[] mean = new double[picture[0][0].length];
    for (double[][] row : picture) {
      for (double[] pixel : row) {
        for (int channel = 0; channel < mean.length; channel++) {
          mean[channel] += pixel[channel] / (picture.length * row.length);
        }
      }
    }
    return mean;
  }

  /** All numbers: channel by channel, or pixel by pixel. */
  static double[] flat(double[][][] picture, boolean channelsFirst) {
    int side = picture.length;
    int channels = picture[0][0].length;
    double[] all = new double[side * side * channels];
    for (int i = 0; i < side * side; i++) {
      for (int channel = 0; channel < channels; channel++) {
        int at = channelsFirst ? channel * side * side + i : i * channels + channel;
        all[at] = picture[i / side][i % side][channel];
      }
    }
    return all;
  }

  /** A dense layer and tanh; weights are [in][out]. */
  static double[] dense(double[] numbers, double[][] weights, double... bias) {
    double[] result = new double[bias.length];
    for (int out = 0; out < bias.length; out++) {
      double sum = bias[out];
      for (int in = 0; in < numbers.length; in++) {
        sum += numbers[in] * weights[in][out];
      }
      result[out] = Math.tanh(sum);
    }
    return result;
  }

  /** A picture's levels, as a network takes them. */
  static double[][][] picture(int[] levels, int side, int channels, double mean, double deviation) {
    double[][][] picture = new double[side][side][channels];
    for (int i = 0; i < levels.length; i++) {
      int pixel = i / channels;
      picture[pixel / side][pixel % side][i % channels] = (levels[i] - mean) / deviation;
    }
    return picture;
  }
}
