package io.troupe.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.Scores;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Precision, recall, density and coverage of as many normal vectors of 2048 features a side. */
public class PrdcComputation extends Workload {
  private static final List<Metric> METRICS = Metrics.named("prdc");
  private static final int DIMENSION = 2048;

  /** Of each side. */
  @Param("10000")
  public int vectors = 10_000;

  private FeatureSet first;
  private FeatureSet second;

  @Override
  public void open() {
    first = features(0);
    second = features(1);
  }

  private FeatureSet features(int index) {
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 4, index);
    float[] row = new float[DIMENSION];
    try (FeatureCollector collector = new FeatureCollector(METRICS, DIMENSION, 0, vectors)) {
      for (int done = 0; done < vectors; done++) {
        for (int i = 0; i < DIMENSION; i++) {
          row[i] = (float) random.nextGaussian();
        }
        collector.add(row, new float[0], new int[0], 1);
      }
      return collector.finish();
    }
  }

  @Override
  @Benchmark
  public void iterate() {
    Scores.of(METRICS, 1, first, second);
  }
}
