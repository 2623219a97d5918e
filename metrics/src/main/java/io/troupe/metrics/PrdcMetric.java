package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import java.util.Map;

/** Precision, recall, density and coverage: {@link Prdc}. */
final class PrdcMetric extends PairMetric {
  private static final Score PRECISION =
      Score.of("precision", "Precision", Direction.HIGHER, "0 to 1");
  private static final Score RECALL = Score.of("recall", "Recall", Direction.HIGHER, "0 to 1");
  private static final Score DENSITY = Score.of("density", "Density", Direction.HIGHER, "from 0");
  private static final Score COVERAGE =
      Score.of("coverage", "Coverage", Direction.HIGHER, "0 to 1");

  PrdcMetric() {
    super("prdc", Prdc.NEIGHBOUR + 1, PRECISION, RECALL, DENSITY, COVERAGE);
  }

  @Override
  Scores compute(FeatureRows real, FeatureRows fake) {
    Prdc found = Prdc.of(real, fake, Prdc.NEIGHBOUR);
    return Scores.of(PRECISION, found.precision())
        .and(Scores.of(RECALL, found.recall()))
        .and(Scores.of(DENSITY, found.density()))
        .and(Scores.of(COVERAGE, found.coverage()));
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = super.protocol(realImages, fakeImages);
    map.put("prdc_neighbour", Prdc.NEIGHBOUR);
    return map;
  }
}
