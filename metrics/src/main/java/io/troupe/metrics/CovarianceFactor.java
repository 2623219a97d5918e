package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dpstrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

/**
 * A matrix F with as few columns as the covariance has rank, and F F' = covariance.
 *
 * <p>Cholesky's factor with pivots, which is a few times faster than eigenvectors and leaves out
 * the null space. Where rounding has made the covariance indefinite, as in files of float32, that
 * factor may be far off; then F is made of the eigenvectors, and negative eigenvalues count as
 * zero.
 */
final class CovarianceFactor {
  /** Of the largest variance; more than that a row of F must not miss or exceed its variance by. */
  private static final double TOLERANCE = 1e-10;

  private final double[] values;
  private final int rank;

  private CovarianceFactor(double[] values, int rank) {
    this.values = values;
    this.rank = rank;
  }

  /**
   * Factors a covariance.
   *
   * @throws ArithmeticException if LAPACK fails
   */
  static CovarianceFactor of(double[] covariance, int dimension) {
    double[] lower = covariance.clone();
    int[] pivots = new int[dimension];
    int[] rank = new int[1];
    int info =
        LAPACKE_dpstrf(LAPACK_COL_MAJOR, (byte) 'L', dimension, lower, dimension, pivots, rank, -1);
    if (info < 0) {
      throw failure("dpstrf", dimension, info);
    }
    double[] factor = new double[dimension * rank[0]];
    // Row i of the factor, which LAPACK has in column-major order, belongs to variance pivots[i].
    for (int i = 0; i < dimension; i++) {
      int row = (pivots[i] - 1) * rank[0];
      for (int k = 0; k < Math.min(i + 1, rank[0]); k++) {
        factor[row + k] = lower[k * dimension + i];
      }
    }
    return fits(factor, rank[0], covariance, dimension)
        ? new CovarianceFactor(factor, rank[0])
        : ofEigenvectors(covariance, dimension);
  }

  private static boolean fits(double[] factor, int rank, double[] covariance, int dimension) {
    double most = 0;
    double worst = 0;
    for (int i = 0; i < dimension; i++) {
      double variance = covariance[i * dimension + i];
      double rest = variance;
      for (int k = i * rank; k < (i + 1) * rank; k++) {
        rest -= factor[k] * factor[k];
      }
      most = Math.max(most, Math.abs(variance));
      worst = Math.max(worst, Math.abs(rest));
    }
    return worst <= TOLERANCE * most;
  }

  private static CovarianceFactor ofEigenvectors(double[] covariance, int dimension) {
    double[] vectors = covariance.clone();
    double[] values = new double[dimension];
    int info =
        LAPACKE_dsyevd(
            LAPACK_COL_MAJOR, (byte) 'V', (byte) 'L', dimension, vectors, dimension, values);
    if (info != 0) {
      throw failure("dsyevd", dimension, info);
    }
    int first = 0;
    while (first < dimension && values[first] <= 0) {
      first++;
    }
    int rank = dimension - first;
    double[] factor = new double[dimension * rank];
    for (int k = 0; k < rank; k++) {
      double root = Math.sqrt(values[first + k]);
      for (int i = 0; i < dimension; i++) {
        factor[i * rank + k] = root * vectors[(first + k) * dimension + i];
      }
    }
    return new CovarianceFactor(factor, rank);
  }

  static ArithmeticException failure(String routine, int dimension, int info) {
    return new ArithmeticException(
        "A %d x %d covariance could not be decomposed: LAPACK's %s returned %d"
            .formatted(dimension, dimension, routine, info));
  }

  /** The numbers themselves, row after row; not to be written to. */
  double[] values() {
    return values;
  }

  /** The number of columns. */
  int rank() {
    return rank;
  }
}
