package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;

import java.util.Map;

/**
 * The squared Frechet (2-Wasserstein) distance of two Gaussians, |mu1 - mu2|^2 + tr(S1 + S2 - 2 (S1
 * S2)^1/2) (Dowson and Landau, 1982), which on Inception features is the FID of Heusel et al.
 * (2017).
 *
 * <p>With S1 = F F', the matrix F' S2 F has the eigenvalues of S1 S2, but for zeros, and is
 * symmetric: there is no imaginary part to discard, and singular covariances need no added diagonal
 * and cost less.
 */
public final class FrechetDistance {
  /** How covariances are made, for JSON. */
  static final Map<String, Object> PROTOCOL = Map.of("covariance_ddof", 1);

  private FrechetDistance() {}

  /**
   * The distance, from 0, in squared units of the features; symmetric in its arguments.
   *
   * <p>One covariance is factored, and the statistics keep the factor for the next time: that of
   * fewer vectors where these are fewer than features, else the first. So of a side that is
   * compared again and again make the first argument.
   *
   * @throws IllegalArgumentException if the dimensions differ
   * @throws ArithmeticException if LAPACK does not find the eigenvalues
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
    double rootTrace =
        second.mostRank() < first.mostRank()
            ? traceOfRoot(second.factor(), first.sharedCovariance(), dimension)
            : traceOfRoot(first.factor(), second.sharedCovariance(), dimension);
    double covarianceTerm = first.totalVariance() + second.totalVariance() - 2 * rootTrace;
    return meanTerm + Math.max(covarianceTerm, 0);
  }

  /** The trace of (F F' S)^1/2 for a symmetric positive semi-definite S. */
  private static double traceOfRoot(CovarianceFactor factor, double[] covariance, int dimension) {
    int rank = factor.rank();
    if (rank == 0) {
      return 0;
    }
    double[] product = new double[dimension * rank];
    multiply(CblasNoTrans, covariance, factor.values(), product, dimension, dimension, rank);
    double[] similar = new double[rank * rank];
    multiply(CblasTrans, factor.values(), product, similar, rank, dimension, rank);
    double[] values = new double[rank];
    int info =
        LAPACKE_dsyevd(LAPACK_COL_MAJOR, (byte) 'N', (byte) 'L', rank, similar, rank, values);
    if (info != 0) {
      throw CovarianceFactor.failure("dsyevd", rank, info);
    }
    double trace = 0;
    for (double value : values) {
      trace += Math.sqrt(Math.max(value, 0));
    }
    return trace;
  }

  /** {@code out = op(left) * right}, where op is nothing or the transpose. */
  private static void multiply(
      int transposeLeft,
      double[] left,
      double[] right,
      double[] out,
      int rows,
      int inner,
      int columns) {
    cblas_dgemm(
        CblasRowMajor,
        transposeLeft,
        CblasNoTrans,
        rows,
        columns,
        inner,
        1,
        left,
        transposeLeft == CblasTrans ? rows : inner,
        right,
        columns,
        0,
        out,
        columns);
  }
}
