package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import org.bytedeco.javacpp.DoublePointer;

/**
 * Computes the mean and covariance of a stream of feature vectors in float64, without keeping them.
 *
 * <p>Vectors are merged in blocks of 256: each is centred on its own mean and joined to those
 * before it (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
 * sample variances", 1979). So a mean far from zero costs no precision, and the result does not
 * depend on how callers divide the stream, to the bit. Holds d x d numbers and a block outside the
 * heap until closed. Not thread-safe.
 */
public final class FeatureAccumulator implements AutoCloseable {
  private static final int BLOCK = 256;

  private final int dimension;
  private final float[] block;
  private final double[] centred;
  private final DoublePointer factor;
  private final double[] mean;
  private final DoublePointer scatter;
  private long merged;
  private int pending;

  /**
   * An accumulator that has seen nothing.
   *
   * @param dimension length of the feature vectors, at least 1
   * @throws IllegalArgumentException if dimension is less than 1
   */
  public FeatureAccumulator(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("The dimension must be at least 1: " + dimension);
    }
    this.dimension = dimension;
    block = new float[BLOCK * dimension];
    centred = new double[(BLOCK + 1) * dimension];
    factor = new DoublePointer(centred.length);
    mean = new double[dimension];
    scatter = new DoublePointer((long) dimension * dimension);
    scatter.zero();
  }

  /** Bytes that an accumulator holds, on the heap and outside. */
  static long bytes(int dimension) {
    return 8L * dimension * dimension + (BLOCK + 1) * 20L * dimension;
  }

  /** The number of feature vectors seen. */
  public long count() {
    return merged + pending;
  }

  /**
   * Adds some feature vectors.
   *
   * @param rows feature vectors one after the other; what follows the first {@code count} is not
   *     read
   * @param count number of vectors, from 0
   * @throws IllegalArgumentException if the array's length is not a multiple of the dimension, it
   *     is too short, or it holds NaN or infinity; then nothing is added
   */
  public void add(float[] rows, int count) {
    if (rows.length % dimension != 0 || count < 0 || (long) count * dimension > rows.length) {
      throw new IllegalArgumentException(
          "Expected %d feature vectors of dimension %d, got an array of %d numbers"
              .formatted(count, dimension, rows.length));
    }
    requireFinite(rows, count);
    int done = 0;
    while (done < count) {
      int taken = Math.min(count - done, BLOCK - pending);
      System.arraycopy(rows, done * dimension, block, pending * dimension, taken * dimension);
      pending += taken;
      done += taken;
      if (pending == BLOCK) {
        merge(mean, scatter);
        merged += BLOCK;
        pending = 0;
      }
    }
  }

  private void requireFinite(float[] rows, int count) {
    for (int i = 0; i < count * dimension; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "Feature %d of vector %d is %s; were the pictures finite?"
                .formatted(i % dimension, i / dimension, rows[i]));
      }
    }
  }

  /** Merges the pending vectors into the mean and scatter of those before them. */
  private void merge(double[] intoMean, DoublePointer intoScatter) {
    double[] blockMean = blockMean();
    for (int row = 0; row < pending; row++) {
      int start = row * dimension;
      for (int i = 0; i < dimension; i++) {
        centred[start + i] = block[start + i] - blockMean[i];
      }
    }
    // One more row makes the correction for the two means part of the same matrix product.
    long total = merged + pending;
    double weight = Math.sqrt((double) merged * pending / total);
    for (int i = 0; i < dimension; i++) {
      double difference = blockMean[i] - intoMean[i];
      centred[pending * dimension + i] = weight * difference;
      intoMean[i] += difference * pending / total;
    }
    int rows = pending + 1;
    factor.put(centred, 0, rows * dimension);
    cblas_dsyrk(
        CblasRowMajor,
        CblasUpper,
        CblasTrans,
        dimension,
        rows,
        1,
        factor,
        dimension,
        1,
        intoScatter,
        dimension);
  }

  private double[] blockMean() {
    double[] sums = new double[dimension];
    for (int row = 0; row < pending; row++) {
      for (int i = 0; i < dimension; i++) {
        sums[i] += block[row * dimension + i];
      }
    }
    for (int i = 0; i < dimension; i++) {
      sums[i] /= pending;
    }
    return sums;
  }

  /**
   * The statistics of all vectors so far; more may be added afterwards.
   *
   * @throws IllegalStateException if fewer than 2 vectors were added
   */
  public GaussianStatistics statistics() {
    long count = count();
    if (count < 2) {
      throw new IllegalStateException(
          "A covariance needs at least 2 feature vectors, got %d".formatted(count));
    }
    double[] wholeMean = mean.clone();
    double[] covariance = new double[dimension * dimension];
    scatter.position(0).get(covariance);
    if (pending > 0) {
      try (DoublePointer whole = new DoublePointer(covariance)) {
        merge(wholeMean, whole);
        whole.get(covariance);
      }
    }
    for (int row = 0; row < dimension; row++) {
      for (int column = row; column < dimension; column++) {
        double value = covariance[row * dimension + column] / (count - 1);
        covariance[row * dimension + column] = value;
        covariance[column * dimension + row] = value;
      }
    }
    return GaussianStatistics.owning(wholeMean, covariance, count);
  }

  @Override
  public void close() {
    factor.close();
    scatter.close();
  }
}
