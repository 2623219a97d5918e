package io.troupe.extending;

import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Gathered;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Score;
import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.Scores;
import java.util.Set;

/** The squared distance of the mean features of real and generated images. */
public final class MeanDistance extends Metric {
  private static final Score SCORE =
      Score.of("mean_distance", "Mean distance", Direction.LOWER, "from 0")
          .otherwise("md_", "MD")
          .in("features²");

  MeanDistance() {
    super("mean-distance", 2, Set.of(Gathered.MOMENTS), SCORE);
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    double[] reals = real.get(Gathered.MOMENTS).mean();
    double[] fakes = fake.get(Gathered.MOMENTS).mean();
    double sum = 0;
    for (int i = 0; i < reals.length; i++) {
      sum += (reals[i] - fakes[i]) * (reals[i] - fakes[i]);
    }
    return Scores.of(SCORE, sum);
  }

  @Override
  public long workBytes(int dimension) {
    return 16L * dimension;
  }
}
