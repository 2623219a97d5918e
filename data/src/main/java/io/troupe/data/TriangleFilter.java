package io.troupe.data;

/**
 * Weights that scale a dimension and keep its middle.
 *
 * <p>The filter is a triangle of a radius of one source or one target pixel, whichever is more, so
 * that shrinking averages (antialiasing).
 */
final class TriangleFilter {
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
  TriangleFilter(int source, int target, int count) {
    starts = new int[count];
    weights = new int[count][];
    int first = (int) Math.rint((target - count) / 2.0);
    double scale = (double) source / target;
    double radius = Math.max(scale, 1);
    for (int i = 0; i < count; i++) {
      double center = (first + i + 0.5) * scale;
      int from = Math.max(0, (int) (center - radius + 0.5));
      int to = Math.min(source, (int) (center + radius + 0.5));
      starts[i] = from;
      weights[i] = weights(from + 0.5 - center, to - from, radius);
    }
  }

  private static int[] weights(double first, int count, double radius) {
    double[] heights = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      heights[i] = Math.max(0, 1 - Math.abs((first + i) / radius));
      sum += heights[i];
    }
    int[] weights = new int[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (int) (0.5 + heights[i] / sum * (1 << FRACTION_BITS));
    }
    return weights;
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
