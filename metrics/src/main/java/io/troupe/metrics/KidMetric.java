package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Kind;
import java.util.Map;

/** {@link KernelDistance}, over subsets and of all vectors. */
final class KidMetric extends PairMetric {
  private static final Score KID =
      // Its estimate has no bias, so it may be a little below 0.
      Score.of("kid", "KID", Direction.LOWER, "from about 0")
          .otherwise("kd_", "KD")
          .with(Kind.DEVIATION, Kind.EXACT);

  KidMetric() {
    super("kid", 2, KID);
  }

  @Override
  Scores compute(FeatureRows real, FeatureRows fake) {
    return Scores.of(KID, KernelDistance.ofSubsets(real, fake))
        .and(Scores.of(KID, Kind.EXACT, KernelDistance.exact(real, fake)));
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = super.protocol(realImages, fakeImages);
    map.put("kid_kernel", "(x.y/d + 1)^3");
    map.put("kid_subsets", KernelDistance.SUBSETS);
    map.put(
        "kid_subset_size",
        KernelDistance.subsetSize(Vectors.drawn(realImages), Vectors.drawn(fakeImages)));
    map.put("kid_order", LegacyPermutations.NAME);
    return map;
  }
}
