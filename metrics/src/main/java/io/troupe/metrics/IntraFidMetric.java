package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import java.util.Map;
import java.util.Set;

/** Frechet distance within each class: {@link IntraFrechet}. */
final class IntraFidMetric extends Metric {
  private static final Score INTRA_FID =
      Score.of("intra_fid", "Intra-FID", Direction.LOWER, "from 0")
          .otherwise("intra_fd_", "Intra-FD");

  IntraFidMetric() {
    super("intra-fid", 2, Set.of(Gathered.ALL_VECTORS, Gathered.LABELS), INTRA_FID);
  }

  @Override
  public boolean withinClasses() {
    return true;
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    IntraFrechet found =
        IntraFrechet.of(
            real.get(Gathered.ALL_VECTORS),
            real.get(Gathered.LABELS),
            fake.get(Gathered.ALL_VECTORS),
            fake.get(Gathered.LABELS),
            classes);
    return Scores.of(INTRA_FID, found.mean()).and("intra_by_class", found.byClass());
  }

  @Override
  public long workBytes(int dimension) {
    // As a distance of all, the statistics of a class on either side, and an accumulator's copy.
    return 8 * 8L * dimension * dimension + FeatureAccumulator.bytes(dimension);
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    return FrechetDistance.PROTOCOL;
  }
}
