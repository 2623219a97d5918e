package io.troupe.metrics;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Collects what chosen metrics need of one side's pictures, batch by batch: moments, sums and, for
 * metrics of pairs, feature vectors. Pictures are not kept. How they are divided into batches
 * changes no bit of the result.
 *
 * <p>Metrics of pairs ({@link Metric#KID} and {@link Metric#PRDC}) see at most {@link #MOST_ROWS}
 * vectors, which are a random draw, the same in every process. {@link Metric#INTRA_FID} keeps all.
 * Not thread-safe.
 */
public final class FeatureCollector implements AutoCloseable {
  /** How many vectors metrics of pairs see at most. */
  public static final int MOST_ROWS = 10_000;

  private final int dimension;
  private final int total;
  private final Optional<FeatureAccumulator> moments;
  private final Optional<InceptionScore> score;
  private final Optional<FeatureRows> rows;

  /** Those that metrics of pairs see, by number of the picture. */
  private final BitSet drawn;

  private final boolean keepsAll;
  private final int[] labels;
  private int count;

  /**
   * A collector of nothing yet. Real pictures are not asked for {@link Metric#IS}: see {@link
   * Metric#comparing}.
   *
   * @param dimension length of a feature vector
   * @param classes length of a row of logits; 0 if there are none
   * @param total how many pictures will be added, at least 2
   * @throws IllegalArgumentException if there are too few pictures or classes
   */
  public FeatureCollector(Set<Metric> metrics, int dimension, int classes, int total) {
    if (total < 2) {
      throw new IllegalArgumentException("Metrics need at least 2 pictures, got " + total);
    }
    this.dimension = dimension;
    this.total = total;
    keepsAll = metrics.contains(Metric.INTRA_FID);
    labels = new int[keepsAll ? total : 0];
    score =
        metrics.contains(Metric.IS)
            ? Optional.of(new InceptionScore(classes, total))
            : Optional.empty();
    int kept = keptRows(metrics, total);
    rows = kept > 0 ? Optional.of(new FeatureRows(kept, dimension)) : Optional.empty();
    drawn = new BitSet(total);
    if (kept > 0) {
      int[] draw = RandomOrder.draw(Math.min(total, MOST_ROWS), total, RandomOrder.Use.KEPT_ROWS);
      Arrays.stream(draw).forEach(drawn::set);
    }
    moments =
        metrics.contains(Metric.FID)
            ? Optional.of(new FeatureAccumulator(dimension))
            : Optional.empty();
  }

  /** Bytes that a collector of so many pictures, and then its set, hold at most. */
  public static long bytes(Set<Metric> metrics, int dimension, int classes, int total) {
    long bytes = total / 8 + FeatureRows.bytes(keptRows(metrics, total), dimension);
    if (metrics.contains(Metric.FID)) {
      bytes += FeatureAccumulator.bytes(dimension) + 8L * dimension * dimension;
    }
    if (metrics.contains(Metric.IS)) {
      bytes += InceptionScore.bytes(classes, total);
    }
    return bytes + (metrics.contains(Metric.INTRA_FID) ? 4L * total : 0);
  }

  private static int keptRows(Set<Metric> metrics, int total) {
    if (metrics.contains(Metric.INTRA_FID)) {
      return total;
    }
    boolean pairs = metrics.contains(Metric.KID) || metrics.contains(Metric.PRDC);
    return pairs ? Math.min(total, MOST_ROWS) : 0;
  }

  /** The number of pictures added. */
  public int count() {
    return count;
  }

  /** The number of pictures that will be added. */
  public int total() {
    return total;
  }

  /**
   * Adds a batch.
   *
   * @param features rows of features; what follows the first {@code rowCount} is not read, here and
   *     below
   * @param logits rows of logits; only read for {@link Metric#IS}
   * @param batchLabels the class of each picture; only read for {@link Metric#INTRA_FID}
   * @throws IllegalArgumentException if an array is too short, a number is NaN or infinite, or
   *     there are more pictures than were announced
   */
  public void add(float[] features, float[] logits, int[] batchLabels, int rowCount) {
    if (rowCount > total - count || (long) rowCount * dimension > features.length) {
      throw new IllegalArgumentException(
          "%d vectors of dimension %d from an array of %d numbers, after %d of %d pictures"
              .formatted(rowCount, dimension, features.length, count, total));
    }
    requireFinite(features, rowCount);
    score.ifPresent(s -> s.add(logits, rowCount));
    moments.ifPresent(m -> m.add(features, rowCount));
    rows.ifPresent(
        kept -> {
          for (int i = 0; i < rowCount; i++) {
            if (keepsAll || drawn.get(count + i)) {
              kept.add(features, i * dimension);
            }
          }
        });
    if (keepsAll) {
      System.arraycopy(batchLabels, 0, labels, count, rowCount);
    }
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
   * What was collected. Nothing may be added afterwards.
   *
   * @throws IllegalStateException if fewer pictures were added than were announced
   */
  public FeatureSet finish() {
    if (count < total) {
      throw new IllegalStateException("%d of %d pictures were added".formatted(count, total));
    }
    int[] numbers = drawn.stream().toArray();
    return new FeatureSet(
        total,
        moments.map(FeatureAccumulator::statistics).orElse(null),
        rows.orElse(null),
        keepsAll ? numbers : IntStream.range(0, numbers.length).toArray(),
        labels,
        score.map(InceptionScore::result).orElse(null));
  }

  @Override
  public void close() {
    moments.ifPresent(FeatureAccumulator::close);
  }
}
