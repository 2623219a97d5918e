package io.troupe.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The Frechet distance of two statistics of 2048 features, as many as Inception has, with variances
 * that fall over six decades; with what the first keeps from one distance to the next, or without.
 */
public class FrechetComputation extends Workload {
  private static final int BATCH = 256;

  /** Whether the first side keeps its matrices from one distance to the next. */
  @Param({"false", "true"})
  public boolean cached;

  /** Features of a vector. */
  @Param("2048")
  public int dimension = 2048;

  private GaussianStatistics first;
  private GaussianStatistics second;

  @Override
  public void open() {
    first = statistics(0, 1);
    second = statistics(1, 1.1);
  }

  private GaussianStatistics statistics(int index, double scale) {
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 1, index);
    float[] rows = new float[BATCH * dimension];
    try (FeatureAccumulator accumulator = new FeatureAccumulator(dimension)) {
      for (int done = 0; done < 2 * dimension; done += BATCH) {
        for (int i = 0; i < rows.length; i++) {
          int feature = i % dimension;
          double own = scale * Math.exp(-7.0 * feature / dimension) * random.nextGaussian();
          rows[i] = (float) (feature == 0 ? own : own + 0.5 * rows[i - 1]);
        }
        accumulator.add(rows, BATCH);
      }
      return accumulator.statistics();
    }
  }

  @Override
  @Benchmark
  public void iterate() {
    GaussianStatistics real =
        cached ? first : new GaussianStatistics(first.mean(), first.covariance(), first.count());
    FrechetDistance.between(real, second);
  }
}
