package io.troupe.models.kernels;

/**
 * Winograd's minimal filtering F(4, 3) in one dimension (Lavin and Gray, "Fast algorithms for
 * convolutional neural networks", 2016, section 4.3): four results of a filter of three weights
 * from six products instead of twelve. Applied along both axes it is F(4x4, 3x3).
 *
 * <p>The loops are as the JVM's compiler needs them to turn them into vector instructions: short,
 * and the same index into every array.
 */
final class Winograd {
  /** Products for each tile and axis. */
  static final int POINTS = 6;

  /** Results for each tile and axis. */
  static final int TILE = 4;

  /** Weights to points: G, [6, 3]. */
  private static final double[][] FILTER = {
    {1 / 4.0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 1 / 12.0, 1 / 6.0},
    {1 / 24.0, -1 / 12.0, 1 / 6.0},
    {0, 0, 1}
  };

  private Winograd() {}

  /**
   * The matrix that takes a 3x3 filter to its 6x6 points, [36, 9], row after row.
   *
   * @param turned whether the filter is first turned by half a turn, as in the gradient of the
   *     input
   */
  static float[] filterMatrix(boolean turned) {
    float[] matrix = new float[POINTS * POINTS * 9];
    for (int point = 0; point < POINTS * POINTS; point++) {
      for (int weight = 0; weight < 9; weight++) {
        double value = FILTER[point / POINTS][weight / 3] * FILTER[point % POINTS][weight % 3];
        matrix[point * 9 + (turned ? 8 - weight : weight)] = (float) value;
      }
    }
    return matrix;
  }

  /** Six pixels to six points: Bᵀ. Both are six arrays of {@code count} channels. */
  static void pixelsToPoints(float[][] x, float[][] y, int count) {
    outer(x[0], x[2], x[4], y[0], count);
    near(x[1], x[2], x[3], x[4], y[1], y[2], count);
    far(x[1], x[2], x[3], x[4], y[3], y[4], count);
    outer(x[1], x[3], x[5], y[5], count);
  }

  private static void outer(float[] a, float[] b, float[] c, float[] y, int count) {
    for (int n = 0; n < count; n++) {
      y[n] = 4 * a[n] - 5 * b[n] + c[n];
    }
  }

  private static void near(
      float[] x1, float[] x2, float[] x3, float[] x4, float[] y1, float[] y2, int count) {
    for (int n = 0; n < count; n++) {
      float even = x4[n] - 4 * x2[n];
      float odd = x3[n] - 4 * x1[n];
      y1[n] = even + odd;
      y2[n] = even - odd;
    }
  }

  private static void far(
      float[] x1, float[] x2, float[] x3, float[] x4, float[] y3, float[] y4, int count) {
    for (int n = 0; n < count; n++) {
      float even = x4[n] - x2[n];
      float odd = 2 * (x3[n] - x1[n]);
      y3[n] = even + odd;
      y4[n] = even - odd;
    }
  }

  /** Six points to four results: Aᵀ. */
  static void pointsToResults(float[][] x, float[][] y, int count) {
    first(x[0], x[1], x[2], x[3], x[4], y[0], count);
    middle(x[1], x[2], x[3], x[4], y[1], y[2], count);
    last(x[1], x[2], x[3], x[4], x[5], y[3], count);
  }

  private static void first(
      float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, float[] y, int count) {
    for (int n = 0; n < count; n++) {
      y[n] = x0[n] + (x1[n] + x2[n]) + (x3[n] + x4[n]);
    }
  }

  private static void middle(
      float[] x1, float[] x2, float[] x3, float[] x4, float[] y1, float[] y2, int count) {
    for (int n = 0; n < count; n++) {
      y1[n] = (x1[n] - x2[n]) + 2 * (x3[n] - x4[n]);
      y2[n] = (x1[n] + x2[n]) + 4 * (x3[n] + x4[n]);
    }
  }

  private static void last(
      float[] x1, float[] x2, float[] x3, float[] x4, float[] x5, float[] y, int count) {
    for (int n = 0; n < count; n++) {
      y[n] = (x1[n] - x2[n]) + 8 * (x3[n] - x4[n]) + x5[n];
    }
  }

  /** Gradients of four results to six points: A. */
  static void resultsToPoints(float[][] x, float[][] y, int count) {
    System.arraycopy(x[0], 0, y[0], 0, count);
    spread(x[0], x[1], x[2], x[3], 1, y[1], y[2], count);
    spread(x[0], x[1], x[2], x[3], 2, y[3], y[4], count);
    System.arraycopy(x[3], 0, y[5], 0, count);
  }

  /** The polynomial with these coefficients at a point and at its negative. */
  private static void spread(
      float[] x0,
      float[] x1,
      float[] x2,
      float[] x3,
      float point,
      float[] positive,
      float[] negative,
      int count) {
    float square = point * point;
    float cube = square * point;
    for (int n = 0; n < count; n++) {
      float even = x0[n] + square * x2[n];
      float odd = point * x1[n] + cube * x3[n];
      positive[n] = even + odd;
      negative[n] = even - odd;
    }
  }

  /** Adds x to y. */
  static void add(float[] x, float[] y, int count) {
    for (int n = 0; n < count; n++) {
      y[n] += x[n];
    }
  }
}
