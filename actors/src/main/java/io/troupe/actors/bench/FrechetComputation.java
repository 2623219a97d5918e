package io.troupe.actors.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;

/**
 * The Frechet distance of two statistics of 2048 features, as many as Inception has, with variances
 * that fall over six decades; with what the first keeps from one distance to the next, or without.
 */
final class FrechetComputation implements Workload {
  private static final int DIMENSION = 2048;
  private static final int VECTORS = 4096;
  private static final int BATCH = 256;
  private static final double DECAY = 14.0 / DIMENSION;

  private final boolean cached;
  private final GaussianStatistics first;
  private final GaussianStatistics second;

  FrechetComputation(boolean cached) {
    this.cached = cached;
    first = statistics(0, 1);
    second = statistics(1, 1.1);
  }

  private static GaussianStatistics statistics(int index, double scale) {
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 1, index);
    float[] rows = new float[BATCH * DIMENSION];
    try (FeatureAccumulator accumulator = new FeatureAccumulator(DIMENSION)) {
      for (int done = 0; done < VECTORS; done += BATCH) {
        for (int i = 0; i < rows.length; i++) {
          int feature = i % DIMENSION;
          double own = scale * Math.exp(-DECAY * feature / 2) * random.nextGaussian();
          rows[i] = (float) (feature == 0 ? own : own + 0.5 * rows[i - 1]);
        }
        accumulator.add(rows, BATCH);
      }
      return accumulator.statistics();
    }
  }

  @Override
  public void iterate() {
    GaussianStatistics real =
        cached ? first : new GaussianStatistics(first.mean(), first.covariance(), first.count());
    FrechetDistance.between(real, second);
  }

  @Override
  public int images() {
    return 0;
  }

  @Override
  public String precision() {
    return "fp64";
  }

  @Override
  public void close() {}
}
