package io.troupe.metrics;

import java.util.Arrays;
import java.util.BitSet;

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
    return Gatherer.of(
        batch -> {
          for (int i = 0; i < batch.count(); i++) {
            if (drawn.get(batch.first() + i)) {
              rows.add(batch.vector(i));
            }
          }
        },
        () -> rows);
  }
}
