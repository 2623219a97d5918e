package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import java.util.Map;
import java.util.Set;

/** Precision, recall, density and coverage: {@link Prdc}. */
final class PrdcMetric extends Metric {
  private static final Score PRECISION =
      Score.of("precision", "Precision", Direction.HIGHER, "0 to 1");
  private static final Score RECALL = Score.of("recall", "Recall", Direction.HIGHER, "0 to 1");
  private static final Score DENSITY = Score.of("density", "Density", Direction.HIGHER, "from 0");
  private static final Score COVERAGE =
      Score.of("coverage", "Coverage", Direction.HIGHER, "0 to 1");

  PrdcMetric() {
    super(
        "prdc",
        Prdc.NEIGHBOUR + 1,
        Set.of(Gathered.DRAWN_VECTORS),
        PRECISION,
        RECALL,
        DENSITY,
        COVERAGE);
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    Prdc found =
        Prdc.of(real.get(Gathered.DRAWN_VECTORS), fake.get(Gathered.DRAWN_VECTORS), Prdc.NEIGHBOUR);
    return Scores.of(PRECISION, found.precision())
        .and(Scores.of(RECALL, found.recall()))
        .and(Scores.of(DENSITY, found.density()))
        .and(Scores.of(COVERAGE, found.coverage()));
  }

  @Override
  public long workBytes(int dimension) {
    return PairwiseProducts.bytes(dimension);
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = Vectors.protocol(realImages, fakeImages);
    map.put("prdc_neighbour", Prdc.NEIGHBOUR);
    return map;
  }
}
