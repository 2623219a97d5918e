package io.troupe.actors.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.Scores;
import java.util.List;

/**
 * Precision, recall, density and coverage of 10,000 against 10,000 normal vectors of 2048 features.
 */
final class PrdcComputation implements Workload {
  private static final List<Metric> METRICS = Metrics.named("prdc");
  private static final int DIMENSION = 2048;
  private static final int VECTORS = 10_000;

  private final FeatureSet first = features(0);
  private final FeatureSet second = features(1);

  private static FeatureSet features(int index) {
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 4, index);
    float[] row = new float[DIMENSION];
    try (FeatureCollector collector = new FeatureCollector(METRICS, DIMENSION, 0, VECTORS)) {
      for (int done = 0; done < VECTORS; done++) {
        for (int i = 0; i < DIMENSION; i++) {
          row[i] = (float) random.nextGaussian();
        }
        collector.add(row, new float[0], new int[0], 1);
      }
      return collector.finish();
    }
  }

  @Override
  public void iterate() {
    Scores.of(METRICS, 1, first, second);
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
