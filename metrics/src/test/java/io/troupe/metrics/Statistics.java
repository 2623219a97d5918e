package io.troupe.metrics;

import java.util.Random;

/** Shorthands for making statistics in tests. */
final class Statistics {
  private Statistics() {}

  static GaussianStatistics of(double[] mean, double[][] covariance) {
    double[] flat = new double[mean.length * mean.length];
    for (int row = 0; row < mean.length; row++) {
      System.arraycopy(covariance[row], 0, flat, row * mean.length, mean.length);
    }
    return new GaussianStatistics(mean, flat, 1000);
  }

  static GaussianStatistics ofRows(int dimension, float... rows) {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(dimension)) {
      accumulator.add(rows, rows.length / dimension);
      return accumulator.statistics();
    }
  }

  /** Statistics of correlated vectors, made from a seed. */
  static GaussianStatistics random(Random random, int dimension, int count) {
    float[] rows = new float[dimension * count];
    for (int row = 0; row < count; row++) {
      float common = (float) random.nextGaussian();
      for (int i = 0; i < dimension; i++) {
        rows[row * dimension + i] = (float) (i * random.nextGaussian()) + common + 0.5f * i;
      }
    }
    return ofRows(dimension, rows);
  }
}
