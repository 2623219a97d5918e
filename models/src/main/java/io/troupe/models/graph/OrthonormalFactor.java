package io.troupe.models.graph;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dgeqrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dorgqr;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

/** The QR decomposition, of which only Q is wanted. */
final class OrthonormalFactor {
  private OrthonormalFactor() {}

  /**
   * What Gram and Schmidt's procedure makes of a matrix's columns from first to last, or of its
   * rows if those are fewer.
   *
   * @param matrix row by row; its columns, or rows if those are fewer, are independent
   * @return of the same shape, row by row
   */
  static double[] of(double[] matrix, int rows, int columns) {
    boolean tall = rows >= columns;
    // The columns of the transposed matrix, which is ours in the other order of elements.
    int order = tall ? LAPACK_ROW_MAJOR : LAPACK_COL_MAJOR;
    int length = Math.max(rows, columns);
    int count = Math.min(rows, columns);
    double[] result = matrix.clone();
    double[] reflectors = new double[count];
    check(LAPACKE_dgeqrf(order, length, count, result, columns, reflectors));
    double[] signs = new double[count];
    for (int i = 0; i < count; i++) {
      signs[i] = Math.signum(result[i * columns + i]);
    }
    check(LAPACKE_dorgqr(order, length, count, count, result, columns, reflectors));
    // Unique if the diagonal of R is positive; otherwise it would depend on the implementation.
    for (int i = 0; i < result.length; i++) {
      result[i] *= signs[tall ? i % columns : i / columns];
    }
    return result;
  }

  private static void check(int status) {
    if (status != 0) {
      throw new IllegalStateException("LAPACK's QR decomposition ended with status " + status);
    }
  }
}
