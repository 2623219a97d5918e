package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import java.util.Map;
import java.util.Set;

/** Frechet distance of all features: {@link FrechetDistance}. */
final class FidMetric extends Metric {
  private static final Score FID =
      Score.of("fid", "FID", Direction.LOWER, "from 0").otherwise("fd_", "FD");

  FidMetric() {
    super("fid", 2, Set.of(Gathered.MOMENTS), FID);
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    return Scores.of(
        FID, FrechetDistance.between(real.get(Gathered.MOMENTS), fake.get(Gathered.MOMENTS)));
  }

  @Override
  public long workBytes(int dimension) {
    // A factor, two products, and LAPACK's copy of two of them.
    return 5 * 8L * dimension * dimension;
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    return FrechetDistance.PROTOCOL;
  }
}
