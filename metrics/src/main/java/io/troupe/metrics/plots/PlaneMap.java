package io.troupe.metrics.plots;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureSample;

/**
 * Places feature vectors in the plane by {@link Tsne}: near vectors are near each other there;
 * distances between groups mean nothing.
 */
final class PlaneMap {
  private static final double PERPLEXITY = 30;

  /** So that every vector has enough neighbours. */
  static final int FEWEST = 10;

  /** {@link Stream#METRICS} numbers its uses; this one is the plot's. */
  private static final int USE = 5;

  private PlaneMap() {}

  /**
   * The vectors of some samples, one sample after the other, not placed yet.
   *
   * @throws IllegalArgumentException if there are fewer than 10 vectors
   */
  static Tsne of(FeatureSample first, FeatureSample second) {
    int count = first.size() + second.size();
    if (count < FEWEST) {
      throw new IllegalArgumentException(
          "A plot of features needs at least %d vectors, got %d".formatted(FEWEST, count));
    }
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = i < first.size() ? first.vector(i) : second.vector(i - first.size());
    }
    return new Tsne(
        squaredDistances(vectors),
        Math.min(PERPLEXITY, (count - 1) / 3.0),
        new CounterRandom(0, Stream.METRICS, USE, 0));
  }

  /** Divided by their mean, as the search for bandwidths expects. */
  private static double[][] squaredDistances(float[]... vectors) {
    int count = vectors.length;
    double[][] distances = new double[count][count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double distance = squaredDistance(vectors[i], vectors[j]);
        distances[i][j] = distance;
        distances[j][i] = distance;
        sum += 2 * distance;
      }
    }
    double scale = sum > 0 ? (double) count * (count - 1) / sum : 1;
    for (double[] row : distances) {
      for (int j = 0; j < count; j++) {
        row[j] *= scale;
      }
    }
    return distances;
  }

  /** In two sums, so that additions need not wait for each other. */
  private static double squaredDistance(float[] a, float[] b) {
    double sum0 = 0;
    double sum1 = 0;
    for (int k = 0; k < a.length; k += 2) {
      double d0 = (double) a[k] - b[k];
      double d1 = k + 1 < a.length ? (double) a[k + 1] - b[k + 1] : 0;
      sum0 += d0 * d0;
      sum1 += d1 * d1;
    }
    return sum0 + sum1;
  }
}
