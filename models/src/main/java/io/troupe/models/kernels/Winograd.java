package io.troupe.models.kernels;

/**
 * Winograd's minimal filtering F(4, 3) in one dimension (Lavin and Gray, "Fast algorithms for
 * convolutional neural networks", 2016, section 4.3): four results of a filter of three weights
 * from six products instead of twelve. Applied along both axes it is F(4x4, 3x3).
 *
 * <p>The points are 0, ±3/4, ±3/2 and infinity, not 0, ±1, ±2 and infinity as in the article: they
 * round half as much for few more multiplications, and every constant of the transformations of
 * pixels and results is a short binary fraction.
 *
 * <p>The loops are as the JVM's compiler needs them to turn them into vector instructions: short,
 * and the same index into every array.
 */
final class Winograd {
  /** Products for each tile and axis. */
  static final int POINTS = 6;

  /** Results for each tile and axis. */
  static final int TILE = 4;

  /** The points are these, their negatives, 0 and infinity. */
  private static final float NEAR = 0.75f;

  /** Twice as far, so that it takes few multiplications to make results of points. */
  private static final float FAR = 2 * NEAR;

  private static final float NEAR2 = NEAR * NEAR;
  private static final float FAR2 = FAR * FAR;

  /** Weights to points: G, [6, 3]. */
  private static final double[][] FILTER = filter();

  private Winograd() {}

  /**
   * A filter's polynomial at each point, divided by the derivative there of the polynomial whose
   * roots the points are.
   */
  private static double[][] filter() {
    double[][] rows = new double[POINTS][];
    rows[0] = new double[] {1.0 / (NEAR2 * FAR2), 0, 0};
    double near = 2.0 * NEAR2 * (NEAR2 - FAR2);
    double far = 2.0 * FAR2 * (FAR2 - NEAR2);
    rows[1] = new double[] {1 / near, NEAR / near, NEAR2 / near};
    rows[2] = new double[] {1 / near, -NEAR / near, NEAR2 / near};
    rows[3] = new double[] {1 / far, FAR / far, FAR2 / far};
    rows[4] = new double[] {1 / far, -FAR / far, FAR2 / far};
    rows[5] = new double[] {0, 0, 1};
    return rows;
  }

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
    inner(x[1], x[2], x[3], x[4], NEAR, FAR2, y[1], y[2], count);
    inner(x[1], x[2], x[3], x[4], FAR, NEAR2, y[3], y[4], count);
    outer(x[1], x[3], x[5], y[5], count);
  }

  private static void outer(float[] a, float[] b, float[] c, float[] y, int count) {
    for (int n = 0; n < count; n++) {
      y[n] = NEAR2 * FAR2 * a[n] - (NEAR2 + FAR2) * b[n] + c[n];
    }
  }

  /** A point and its negative, given the square of the other. */
  private static void inner(
      float[] x1,
      float[] x2,
      float[] x3,
      float[] x4,
      float point,
      float other,
      float[] positive,
      float[] negative,
      int count) {
    for (int n = 0; n < count; n++) {
      float even = x4[n] - other * x2[n];
      float odd = point * (x3[n] - other * x1[n]);
      positive[n] = even + odd;
      negative[n] = even - odd;
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
      y1[n] = NEAR * ((x1[n] - x2[n]) + 2 * (x3[n] - x4[n]));
      y2[n] = NEAR2 * ((x1[n] + x2[n]) + 4 * (x3[n] + x4[n]));
    }
  }

  private static void last(
      float[] x1, float[] x2, float[] x3, float[] x4, float[] x5, float[] y, int count) {
    // With x5 at the end the JVM's compiler finds no vector instructions.
    for (int n = 0; n < count; n++) {
      y[n] = x5[n] + NEAR * NEAR2 * ((x1[n] - x2[n]) + 8 * (x3[n] - x4[n]));
    }
  }

  /** Gradients of four results to six points: A. */
  static void resultsToPoints(float[][] x, float[][] y, int count) {
    System.arraycopy(x[0], 0, y[0], 0, count);
    spread(x[0], x[1], x[2], x[3], NEAR, y[1], y[2], count);
    spread(x[0], x[1], x[2], x[3], FAR, y[3], y[4], count);
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
