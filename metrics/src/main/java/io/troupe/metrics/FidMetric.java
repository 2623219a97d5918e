package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Frechet distance of all features: {@link FrechetDistance}. */
final class FidMetric implements Metric {
  private static final Score FID =
      Score.of("fid", "FID", Direction.LOWER, "from 0").otherwise("fd_", "FD");

  @Override
  public String name() {
    return "fid";
  }

  @Override
  public List<Score> scores() {
    return List.of(FID);
  }

  @Override
  public Set<Statistic<?>> needs() {
    return Set.of(Gathered.MOMENTS);
  }

  @Override
  public int fewest() {
    return 2;
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    return Scores.of(
        FID,
        FrechetDistance.between(real.get(Gathered.MOMENTS), fake.get(Gathered.MOMENTS)));
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
