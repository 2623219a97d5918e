package io.troupe.data;

import io.troupe.config.DatasetSettings.Filter;

/**
 * Weights that scale a dimension and keep its middle; Pillow's, in fixed point, rounded as Pillow
 * rounds them.
 *
 * <p>A filter of Pillow's has a radius in target pixels, or in source pixels if there are fewer of
 * those, so that shrinking averages (antialiasing).
 */
final class ScalingFilter {
  /** Weights are fixed-point numbers with so many fractional bits; those of a pixel sum to 1. */
  static final int FRACTION_BITS = 22;

  private final int[] starts;
  private final int[][] weights;

  /**
   * A filter.
   *
   * @param source source pixels
   * @param target pixels to scale to
   * @param count how many of these to keep, from the middle
   */
  ScalingFilter(Filter filter, int source, int target, int count) {
    starts = new int[count];
    weights = new int[count][];
    int first = (int) Math.rint((target - count) / 2.0);
    double scale = (double) source / target;
    double stretch = Math.max(scale, 1);
    double radius = radius(filter) * stretch;
    double[] heights = new double[2 * (int) Math.ceil(radius) + 1];
    for (int i = 0; i < count; i++) {
      double center = (first + i + 0.5) * scale;
      int from = Math.max(0, (int) (center - radius + 0.5));
      int to = Math.min(source, (int) (center + radius + 0.5));
      double sum = 0;
      for (int x = 0; x < to - from; x++) {
        heights[x] = height(filter, (x + from - center + 0.5) * (1 / stretch));
        sum += heights[x];
      }
      starts[i] = from;
      weights[i] = new int[to - from];
      for (int x = 0; x < to - from; x++) {
        double weight = heights[x] / sum * (1 << FRACTION_BITS);
        weights[i][x] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
  }

  private static double radius(Filter filter) {
    return switch (filter) {
      case AREA -> 0.5;
      case BILINEAR -> 1;
      case BICUBIC -> 2;
      case LANCZOS -> 3;
    };
  }

  private static double height(Filter filter, double x) {
    double distance = Math.abs(x);
    return switch (filter) {
      case AREA -> x > -0.5 && x <= 0.5 ? 1 : 0;
      case BILINEAR -> distance < 1 ? 1 - distance : 0;
      case BICUBIC -> cubic(distance);
      case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  /** Keys' cubic with a = -1/2. */
  private static double cubic(double x) {
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : StrictMath.sin(x * Math.PI) / (x * Math.PI);
  }

  /** How many pixels are kept. */
  int count() {
    return starts.length;
  }

  /** The first source pixel that a kept pixel sees. */
  int start(int pixel) {
    return starts[pixel];
  }

  /** The weights of the source pixels that a kept pixel sees, from its start on. */
  int[] weights(int pixel) {
    return weights[pixel];
  }

  /** The first source pixel that any kept pixel sees. */
  int from() {
    return starts[0];
  }

  /** After the last source pixel that any kept pixel sees. */
  int to() {
    int last = starts.length - 1;
    return starts[last] + weights[last].length;
  }
}
