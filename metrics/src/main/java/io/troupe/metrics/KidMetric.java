package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Kind;
import java.util.Map;
import java.util.Set;

/** {@link KernelDistance}, over subsets and of all vectors. */
final class KidMetric extends Metric {
  private static final Score KID =
      // Its estimate has no bias, so it may be a little below 0.
      Score.of("kid", "KID", Direction.LOWER, "from about 0")
          .otherwise("kd_", "KD")
          .with(Kind.DEVIATION, Kind.EXACT);

  KidMetric() {
    super("kid", 2, Set.of(Gathered.DRAWN_VECTORS), KID);
  }

  @Override
  public Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    FeatureRows reals = real.get(Gathered.DRAWN_VECTORS);
    FeatureRows fakes = fake.get(Gathered.DRAWN_VECTORS);
    return Scores.of(KID, KernelDistance.ofSubsets(reals, fakes))
        .and(Scores.of(KID, Kind.EXACT, KernelDistance.exact(reals, fakes)));
  }

  @Override
  public long workBytes(int dimension) {
    return PairwiseProducts.bytes(dimension);
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = Vectors.protocol(realImages, fakeImages);
    map.put("kid_kernel", "(x.y/d + 1)^3");
    map.put("kid_subsets", KernelDistance.SUBSETS);
    map.put(
        "kid_subset_size",
        KernelDistance.subsetSize(Vectors.drawn(realImages), Vectors.drawn(fakeImages)));
    map.put("kid_order", LegacyPermutations.NAME);
    return map;
  }
}
