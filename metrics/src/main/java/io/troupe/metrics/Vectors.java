package io.troupe.metrics;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link Gathered#DRAWN_VECTORS} and {@link Gathered#ALL_VECTORS}. The draw is the same in every
 * process.
 *
 * @param all whether none is left out
 */
record Vectors(boolean all) implements Statistic<FeatureRows> {
  @Override
  public String what() {
    return "features";
  }

  /** How many vectors are drawn of so many. */
  static int drawn(int total) {
    return Math.min(total, FeatureCollector.MOST_ROWS);
  }

  /** What metrics of drawn vectors say of how they were made. */
  static Map<String, Object> protocol(int realImages, int fakeImages) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pair_real_images", drawn(realImages));
    map.put("pair_fake_images", drawn(fakeImages));
    return map;
  }

  private int kept(int total) {
    return all ? total : drawn(total);
  }

  @Override
  public long bytes(Extent extent) {
    return FeatureRows.bytes(kept(extent.total()), extent.dimension()) + extent.total() / 8;
  }

  @Override
  public Gatherer<FeatureRows> gather(Extent extent) {
    int total = extent.total();
    BitSet drawn = new BitSet(total);
    if (all) {
      drawn.set(0, total);
    } else {
      int[] draw = RandomOrder.draw(kept(total), total, RandomOrder.Use.KEPT_ROWS);
      Arrays.stream(draw).forEach(drawn::set);
    }
    FeatureRows rows = new FeatureRows(kept(total), extent.dimension());
    return new Gatherer<>() {
      @Override
      public void add(FeatureBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
          if (drawn.get(batch.first() + i)) {
            rows.add(batch.vector(i));
          }
        }
      }

      @Override
      public FeatureRows finish() {
        return rows;
      }
    };
  }
}
