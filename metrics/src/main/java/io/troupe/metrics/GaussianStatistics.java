package io.troupe.metrics;

/**
 * The mean and covariance of a set of feature vectors, in float64: the Gaussian that Frechet
 * distances compare. Immutable.
 *
 * <p>A factor of the covariance is computed when it is first needed, and kept: as many numbers
 * again as the covariance has, or fewer.
 */
public final class GaussianStatistics {
  private final double[] mean;
  private final double[] covariance;
  private final long count;

  /** Null until it is needed; if two threads compute it, both get the same. */
  private volatile CovarianceFactor factor;

  /**
   * Statistics computed elsewhere.
   *
   * @param mean d numbers, d at least 1
   * @param covariance d x d numbers, symmetric, divided by count - 1
   * @param count number of feature vectors, at least 2; or 0 if it is not known
   * @throws IllegalArgumentException if the lengths disagree, the count is too small, a number is
   *     not finite or the covariance is not symmetric
   */
  public GaussianStatistics(double[] mean, double[] covariance, long count) {
    this(count, mean.clone(), covariance.clone());
    int dimension = mean.length;
    if (dimension == 0 || covariance.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "A mean of %d numbers needs a covariance of its square; got %d numbers"
              .formatted(dimension, covariance.length));
    }
    if (count != 0 && count < 2) {
      throw new IllegalArgumentException(
          "A covariance needs at least 2 feature vectors, got " + count);
    }
    for (int row = 0; row < dimension; row++) {
      requireFinite(mean[row], "mean", row);
      for (int column = 0; column < dimension; column++) {
        int at = row * dimension + column;
        requireFinite(covariance[at], "covariance", at);
        if (covariance[at] != covariance[column * dimension + row]) {
          throw new IllegalArgumentException(
              "The covariance is not symmetric at row %d, column %d: %s and %s"
                  .formatted(row, column, covariance[at], covariance[column * dimension + row]));
        }
      }
    }
  }

  private GaussianStatistics(long count, double[] mean, double[] covariance) {
    this.mean = mean;
    this.covariance = covariance;
    this.count = count;
  }

  /** Wraps arrays that the caller has made, checked and will not touch again. */
  static GaussianStatistics owning(double[] mean, double[] covariance, long count) {
    return new GaussianStatistics(count, mean, covariance);
  }

  private static void requireFinite(double value, String what, int at) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "The %s holds %s at position %d".formatted(what, value, at));
    }
  }

  /** The length of the feature vectors. */
  public int dimension() {
    return mean.length;
  }

  /** The number of feature vectors; 0 if it is not known. */
  public long count() {
    return count;
  }

  /** A copy of the mean, d numbers. */
  public double[] mean() {
    return mean.clone();
  }

  /** A copy of the covariance, d x d numbers, symmetric, divided by count - 1. */
  public double[] covariance() {
    return covariance.clone();
  }

  /** The mean itself, not to be written to. */
  double[] sharedMean() {
    return mean;
  }

  /** The covariance itself, not to be written to. */
  double[] sharedCovariance() {
    return covariance;
  }

  /** The most that the covariance's rank can be. */
  int mostRank() {
    return count == 0 ? dimension() : (int) Math.min(count - 1, dimension());
  }

  /** F with F F' = covariance. */
  CovarianceFactor factor() {
    CovarianceFactor known = factor;
    if (known == null) {
      known = CovarianceFactor.of(covariance, mean.length);
      factor = known;
    }
    return known;
  }

  /** The sum of the variances of all features. */
  double totalVariance() {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += covariance[i * mean.length + i];
    }
    return sum;
  }
}
