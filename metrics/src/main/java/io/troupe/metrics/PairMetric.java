package io.troupe.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A metric of all pairs of feature vectors, of which it sees a draw. */
abstract class PairMetric extends Metric {
  PairMetric(String name, int fewest, Score... scores) {
    super(name, fewest, Set.of(Gathered.DRAWN_VECTORS), scores);
  }

  /** Computes the scores of the vectors that were drawn. */
  abstract Scores compute(FeatureRows real, FeatureRows fake);

  @Override
  public final Scores compute(FeatureSet real, FeatureSet fake, int classes) {
    return compute(real.get(Gathered.DRAWN_VECTORS), fake.get(Gathered.DRAWN_VECTORS));
  }

  @Override
  public final long workBytes(int dimension) {
    return PairwiseProducts.bytes(dimension);
  }

  @Override
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pair_real_images", Vectors.drawn(realImages));
    map.put("pair_fake_images", Vectors.drawn(fakeImages));
    return map;
  }
}
