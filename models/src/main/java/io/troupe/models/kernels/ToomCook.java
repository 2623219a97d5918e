package io.troupe.models.kernels;

/**
 * Toom and Cook's filtering F(m, r) in one dimension: m results of a filter of r weights from n = m
 * + r - 1 products instead of m r. The products are the values of polynomials at points (Lavin and
 * Gray, "Fast algorithms for convolutional neural networks", 2016; Barabasz et al., "Error analysis
 * and improving the accuracy of Winograd convolution for deep neural networks", 2020).
 *
 * <p>Every row is scaled by a power of two, so that sums stay near the size of their terms. With up
 * to 8 products in both directions or 12 in one, results in float differ from exact ones by up to
 * 1e-5 of their norm.
 */
final class ToomCook {
  /** Small fractions and their negatives, which keep the powers small; the last is infinity. */
  private static final double[] POINTS = {
    0, 1, -1, 1 / 2.0, -2, 2, -1 / 2.0, 3 / 4.0, -3 / 4.0, 4 / 3.0, -4 / 3.0
  };

  /** Most products. */
  static final int MOST_PRODUCTS = POINTS.length + 1;

  private final double[][] lift;
  private final double[][] filter;
  private final double[][] lower;

  /** F(results, weights), with at most {@link #MOST_PRODUCTS} products. */
  ToomCook(int results, int weights) {
    int n = results + weights - 1;
    double[][] all = powers(n, n);
    lift = new double[n][];
    filter = powers(n, weights);
    lower = new double[results][n];
    double[][] resultPowers = powers(n, results);
    for (int i = 0; i < n; i++) {
      lift[i] = i < n - 1 ? withoutRoot(n, i) : withoutRoot(n, n - 1);
      // The lifted powers of the point itself are what the product has to be divided by.
      double factor = 1;
      if (i < n - 1) {
        factor = 0;
        for (int j = 0; j < n; j++) {
          factor += lift[i][j] * all[i][j];
        }
      }
      double liftScale = powerOfTwo(lift[i]);
      double lowerScale = powerOfTwo(resultPowers[i]);
      for (int j = 0; j < n; j++) {
        lift[i][j] /= liftScale;
      }
      for (int j = 0; j < weights; j++) {
        filter[i][j] *= liftScale * lowerScale / factor;
      }
      for (int j = 0; j < results; j++) {
        lower[j][i] = resultPowers[i][j] / lowerScale;
      }
    }
  }

  /** Powers 0 to {@code count - 1} of each point. */
  private static double[][] powers(int n, int count) {
    double[][] powers = new double[n][count];
    for (int i = 0; i < n - 1; i++) {
      double power = 1;
      for (int j = 0; j < count; j++) {
        powers[i][j] = power;
        power *= POINTS[i];
      }
    }
    powers[n - 1][count - 1] = 1;
    return powers;
  }

  /** Coefficients of the product of (x - point) over all finite points but one. */
  private static double[] withoutRoot(int n, int left) {
    double[] polynomial = new double[n];
    polynomial[0] = 1;
    int degree = 0;
    for (int i = 0; i < n - 1; i++) {
      if (i != left) {
        degree++;
        for (int j = degree; j > 0; j--) {
          polynomial[j] = polynomial[j - 1] - POINTS[i] * polynomial[j];
        }
        polynomial[0] *= -POINTS[i];
      }
    }
    return polynomial;
  }

  private static double powerOfTwo(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += Math.abs(value);
    }
    return Math.pow(2, Math.rint(Math.log(sum) / Math.log(2)));
  }

  /** Pixels to points, [n, n]. */
  double[][] lift() {
    return lift;
  }

  /** Weights to points, [n, weights]. */
  double[][] filter() {
    return filter;
  }

  /** Products to results, [results, n]. */
  double[][] lower() {
    return lower;
  }
}
