package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import org.bytedeco.javacpp.DoublePointer;

/**
 * Inner products of all pairs of feature vectors in float64, a tile at a time, so that memory does
 * not grow with the number of vectors. Holds three tiles outside the heap until closed. Not
 * thread-safe.
 */
final class PairwiseProducts implements AutoCloseable {
  private static final int TILE = 1024;

  private final int dimension;
  private final DoublePointer left;
  private final DoublePointer right;
  private final DoublePointer tile = new DoublePointer((long) TILE * TILE);
  private final double[] products = new double[TILE * TILE];
  private final double[] row;

  PairwiseProducts(int dimension) {
    this.dimension = dimension;
    left = new DoublePointer((long) TILE * dimension);
    right = new DoublePointer((long) TILE * dimension);
    row = new double[dimension];
  }

  /** Bytes that are held. */
  static long bytes(int dimension) {
    return 16L * TILE * (dimension + TILE);
  }

  /** Takes products of one vector with consecutive others. */
  interface Visitor {
    /**
     * Takes some products.
     *
     * @param i the vector
     * @param j the first of the others
     * @param products of i with j is at {@code start}, with j + 1 behind it, and so on
     * @param count how many others
     */
    void visit(int i, int j, double[] products, int start, int count);
  }

  /** Visits each pair of a vector of one set and a vector of another once. */
  void between(FeatureRows first, FeatureRows second, Visitor visitor) {
    for (int i = 0; i < first.size(); i += TILE) {
      int rows = load(first, i, left);
      for (int j = 0; j < second.size(); j += TILE) {
        int columns = load(second, j, right);
        multiply(rows, columns);
        for (int r = 0; r < rows; r++) {
          visitor.visit(i + r, j, products, r * columns, columns);
        }
      }
    }
  }

  /** Visits each pair i, j of different vectors of one set once, with i below j. */
  void within(FeatureRows set, Visitor visitor) {
    for (int i = 0; i < set.size(); i += TILE) {
      int rows = load(set, i, left);
      square(rows);
      for (int r = 0; r < rows - 1; r++) {
        visitor.visit(i + r, i + r + 1, products, r * rows + r + 1, rows - 1 - r);
      }
      for (int j = i + TILE; j < set.size(); j += TILE) {
        int columns = load(set, j, right);
        multiply(rows, columns);
        for (int r = 0; r < rows; r++) {
          visitor.visit(i + r, j, products, r * columns, columns);
        }
      }
    }
  }

  private int load(FeatureRows set, int first, DoublePointer target) {
    int count = Math.min(TILE, set.size() - first);
    for (int r = 0; r < count; r++) {
      float[] from = set.row(first + r);
      for (int k = 0; k < dimension; k++) {
        row[k] = from[k];
      }
      target.position((long) r * dimension).put(row);
    }
    target.position(0);
    return count;
  }

  private void multiply(int rows, int columns) {
    cblas_dgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        rows,
        columns,
        dimension,
        1,
        left,
        dimension,
        right,
        dimension,
        0,
        tile,
        columns);
    tile.get(products, 0, rows * columns);
  }

  /** The products of the left vectors with each other; only those above the diagonal are right. */
  private void square(int rows) {
    cblas_dsyrk(
        CblasRowMajor,
        CblasUpper,
        CblasNoTrans,
        rows,
        dimension,
        1,
        left,
        dimension,
        0,
        tile,
        rows);
    tile.get(products, 0, rows * rows);
  }

  @Override
  public void close() {
    left.close();
    right.close();
    tile.close();
  }
}
