package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;

/**
 * The squared Frechet (2-Wasserstein) distance of two Gaussians, |mu1 - mu2|^2 + tr(S1 + S2 - 2 (S1
 * S2)^1/2) (Dowson and Landau, 1982), which on Inception features is the FID of Heusel et al.
 * (2017).
 *
 * <p>The trace of the root is taken from the symmetric matrix S1^1/2 S2 S1^1/2, which has the
 * eigenvalues of S1 S2: there is no imaginary part to discard, and singular covariances need no
 * added diagonal.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * The distance, from 0, in squared units of the features; symmetric in its arguments.
   *
   * @throws IllegalArgumentException if the dimensions differ
   * @throws ArithmeticException if the eigenvalue solver does not converge
   */
  public static double between(GaussianStatistics first, GaussianStatistics second) {
    int dimension = first.dimension();
    if (second.dimension() != dimension) {
      throw new IllegalArgumentException(
          "Features of dimension %d do not compare with features of dimension %d"
              .formatted(dimension, second.dimension()));
    }
    double meanTerm = 0;
    for (int i = 0; i < dimension; i++) {
      double difference = first.sharedMean()[i] - second.sharedMean()[i];
      meanTerm += difference * difference;
    }
    double rootTrace = traceOfRoot(first.sharedCovariance(), second.sharedCovariance(), dimension);
    double covarianceTerm = first.totalVariance() + second.totalVariance() - 2 * rootTrace;
    return meanTerm + Math.max(covarianceTerm, 0);
  }

  /** The trace of (S1 S2)^1/2 for symmetric positive semi-definite S1 and S2. */
  private static double traceOfRoot(double[] first, double[] second, int dimension) {
    double[] vectors = first.clone();
    double[] values = new double[dimension];
    decompose('V', vectors, values);
    // With S1 = V D V', the matrix D^1/2 V' S2 V D^1/2 is similar to S1^1/2 S2 S1^1/2. LAPACK
    // leaves eigenvector i in column i of its column-major array, which is our row i.
    for (int row = 0; row < dimension; row++) {
      double root = Math.sqrt(Math.max(values[row], 0));
      for (int column = 0; column < dimension; column++) {
        vectors[row * dimension + column] *= root;
      }
    }
    double[] product = new double[dimension * dimension];
    multiply(CblasNoTrans, vectors, second, product, dimension);
    double[] similar = new double[dimension * dimension];
    multiply(CblasTrans, product, vectors, similar, dimension);
    decompose('N', similar, values);
    double trace = 0;
    for (double value : values) {
      trace += Math.sqrt(Math.max(value, 0));
    }
    return trace;
  }

  /** The eigenvalues of a symmetric matrix and, for job V, its eigenvectors in its place. */
  private static void decompose(char job, double[] matrix, double[] values) {
    int size = values.length;
    int info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, (byte) job, (byte) 'U', size, matrix, size, values);
    if (info != 0) {
      throw new ArithmeticException(
          "The eigenvalues of a %d x %d covariance were not found: LAPACK dsyevd returned %d"
              .formatted(size, size, info));
    }
  }

  /** {@code out = left * op(right)}, where op is nothing or the transpose. */
  private static void multiply(
      int transposeRight, double[] left, double[] right, double[] out, int size) {
    cblas_dgemm(
        CblasRowMajor,
        CblasNoTrans,
        transposeRight,
        size,
        size,
        size,
        1,
        left,
        size,
        right,
        size,
        0,
        out,
        size);
  }
}
