package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** {@link InceptionScore}; of generated images alone. */
final class IsMetric extends Metric {
  private static final Score IS =
      Score.of("is", "IS", Direction.HIGHER, "from 1").otherwise("is_", "IS").with(Kind.DEVIATION);

  IsMetric() {
    super("is", InceptionScore.PARTS, Set.of(Gathered.INCEPTION_SCORE), IS);
  }

  @Override
  public boolean compares() {
    return false;
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    return Scores.of(IS, fake.get(Gathered.INCEPTION_SCORE));
  }

  @Override
  public long workBytes(int dimension) {
    return 0;
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("is_splits", InceptionScore.PARTS);
    map.put("is_order", LegacyPermutations.NAME);
    map.put("is_std_ddof", 0);
    return map;
  }
}
