package io.troupe.metrics;

import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import org.bytedeco.javacpp.DoublePointer;

/**
 * Computes the mean and covariance of a stream of feature vectors in float64, without keeping them.
 *
 * <p>Each batch is centred on its own mean and merged with the batches before it (Chan, Golub and
 * LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979), so
 * that a mean far from zero costs no precision. Holds d x d numbers outside the heap until closed.
 * Not thread-safe.
 */
public final class FeatureAccumulator implements AutoCloseable {
  private final int dimension;
  private final double[] mean;
  private final DoublePointer scatter;
  private long count;

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
    mean = new double[dimension];
    scatter = new DoublePointer((long) dimension * dimension);
    scatter.zero();
  }

  /** The number of feature vectors seen. */
  public long count() {
    return count;
  }

  /**
   * Adds some feature vectors. Larger batches cost less per vector.
   *
   * @param rows feature vectors one after the other; what follows the first {@code count} is not
   *     read
   * @param count number of vectors, from 0
   * @throws IllegalArgumentException if the array is no room for whole vectors of this dimension,
   *     is too short, or holds NaN or infinity; nothing is added then
   */
  public void add(float[] rows, int count) {
    if (rows.length % dimension != 0 || count < 0 || (long) count * dimension > rows.length) {
      throw new IllegalArgumentException(
          "Expected %d feature vectors of dimension %d, got an array of %d numbers"
              .formatted(count, dimension, rows.length));
    }
    if (count == 0) {
      return;
    }
    double[] batchMean = finiteMean(rows, count);
    double[] centred = new double[(count + 1) * dimension];
    for (int i = 0; i < count * dimension; i++) {
      centred[i] = rows[i] - batchMean[i % dimension];
    }
    // One more row makes the correction for the two means part of the same matrix product.
    long total = this.count + count;
    double weight = Math.sqrt((double) this.count * count / total);
    for (int i = 0; i < dimension; i++) {
      double difference = batchMean[i] - mean[i];
      centred[count * dimension + i] = weight * difference;
      mean[i] += difference * count / total;
    }
    this.count = total;
    try (DoublePointer factor = new DoublePointer(centred)) {
      cblas_dsyrk(
          CblasRowMajor,
          CblasUpper,
          CblasTrans,
          dimension,
          count + 1,
          1,
          factor,
          dimension,
          1,
          scatter,
          dimension);
    }
  }

  private double[] finiteMean(float[] rows, int count) {
    double[] sums = new double[dimension];
    for (int i = 0; i < count * dimension; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "Feature %d of vector %d is %s; were the pictures finite?"
                .formatted(i % dimension, i / dimension, rows[i]));
      }
      sums[i % dimension] += rows[i];
    }
    for (int i = 0; i < dimension; i++) {
      sums[i] /= count;
    }
    return sums;
  }

  /**
   * The statistics of all vectors so far; more may be added afterwards.
   *
   * @throws IllegalStateException if fewer than 2 vectors were added
   */
  public GaussianStatistics statistics() {
    if (count < 2) {
      throw new IllegalStateException(
          "A covariance needs at least 2 feature vectors, got %d".formatted(count));
    }
    double[] covariance = new double[dimension * dimension];
    scatter.position(0).get(covariance);
    for (int row = 0; row < dimension; row++) {
      for (int column = row; column < dimension; column++) {
        double value = covariance[row * dimension + column] / (count - 1);
        covariance[row * dimension + column] = value;
        covariance[column * dimension + row] = value;
      }
    }
    return GaussianStatistics.owning(mean.clone(), covariance, count);
  }

  @Override
  public void close() {
    scatter.close();
  }
}
