package io.troupe.metrics;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gathers what chosen metrics need of one side's images, batch by batch: each {@link Statistic}
 * once. Images are not kept. How they are divided into batches changes no bit of the result. Not
 * thread-safe.
 */
public final class FeatureCollector implements AutoCloseable {
  /** How many vectors metrics of pairs see at most. */
  public static final int MOST_ROWS = 10_000;

  private final int dimension;
  private final int total;
  private final Map<Statistic<?>, Statistic.Gatherer<?>> gatherers = new LinkedHashMap<>();
  private int count;

  /**
   * A collector of nothing yet. For real images only those metrics count that {@linkplain
   * Metrics#comparing compare}.
   *
   * @param dimension length of a feature vector
   * @param classes length of a row of logits; 0 if there are none
   * @param total how many images will be added, at least 2
   * @throws IllegalArgumentException if there are too few images or classes
   */
  public FeatureCollector(Collection<Metric> metrics, int dimension, int classes, int total) {
    if (total < 2) {
      throw new IllegalArgumentException("Metrics need at least 2 pictures, got " + total);
    }
    this.dimension = dimension;
    this.total = total;
    try {
      for (Statistic<?> statistic : Metrics.needs(metrics)) {
        gatherers.put(statistic, statistic.gather(new Statistic.Extent(dimension, classes, total)));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Bytes that a collector of so many images, and then its set, hold at most. */
  public static long bytes(Collection<Metric> metrics, int dimension, int classes, int total) {
    Set<Statistic<?>> needs = Metrics.needs(metrics);
    Statistic.Extent extent = new Statistic.Extent(dimension, classes, total);
    return needs.stream()
        // They are among all vectors, and kept once.
        .filter(one -> !one.equals(Gathered.DRAWN_VECTORS) || !needs.contains(Gathered.ALL_VECTORS))
        .mapToLong(one -> one.bytes(extent))
        .sum();
  }

  /** The number of images added. */
  public int count() {
    return count;
  }

  /** The number of images that will be added. */
  public int total() {
    return total;
  }

  /**
   * Adds a batch.
   *
   * @param features rows of features; what follows the first {@code rowCount} is not read, here and
   *     below
   * @param logits rows of logits; only read if a statistic {@linkplain Statistic#readsLogits is
   *     made of them}
   * @param batchLabels the class of each image; only read for {@link Gathered#LABELS}
   * @throws IllegalArgumentException if an array is too short, a number is NaN or infinite, or
   *     there are more images than were announced
   */
  public void add(float[] features, float[] logits, int[] batchLabels, int rowCount) {
    if (rowCount > total - count || (long) rowCount * dimension > features.length) {
      throw new IllegalArgumentException(
          "%d vectors of dimension %d from an array of %d numbers, after %d of %d pictures"
              .formatted(rowCount, dimension, features.length, count, total));
    }
    requireFinite(features, rowCount);
    FeatureBatch batch =
        new FeatureBatch(count, rowCount, dimension, features, logits, batchLabels);
    gatherers.values().forEach(gatherer -> gatherer.add(batch));
    count += rowCount;
  }

  private void requireFinite(float[] features, int rowCount) {
    for (int i = 0; i < rowCount * dimension; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalArgumentException(
            "Feature %d of picture %d is %s; were the pictures finite?"
                .formatted(i % dimension, count + i / dimension, features[i]));
      }
    }
  }

  /**
   * What was gathered. Nothing may be added afterwards.
   *
   * @throws IllegalStateException if fewer images were added than were announced
   */
  public FeatureSet finish() {
    if (count < total) {
      throw new IllegalStateException("%d of %d pictures were added".formatted(count, total));
    }
    Map<Statistic<?>, Object> gathered = new LinkedHashMap<>();
    gatherers.forEach((statistic, gatherer) -> gathered.put(statistic, gatherer.finish()));
    return new FeatureSet(total, gathered);
  }

  @Override
  public void close() {
    gatherers.values().forEach(Statistic.Gatherer::close);
  }
}
