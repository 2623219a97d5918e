package io.troupe.metrics;

import java.util.Optional;

/**
 * What is known of one side's pictures: all that the chosen metrics need. Immutable; may be
 * compared any number of times.
 */
public final class FeatureSet {
  private final int count;
  private final GaussianStatistics statistics;
  private final FeatureRows rows;
  private final int[] kept;
  private final int[] labels;
  private final Estimate inceptionScore;

  /** Each but the count may be null: it is not known. */
  FeatureSet(
      int count,
      GaussianStatistics statistics,
      FeatureRows rows,
      int[] kept,
      int[] labels,
      Estimate inceptionScore) {
    this.count = count;
    this.statistics = statistics;
    this.rows = rows;
    this.kept = kept;
    this.labels = labels;
    this.inceptionScore = inceptionScore;
  }

  /** A side of which only statistics are known, so that only {@link Metric#FID} can be computed. */
  public static FeatureSet of(GaussianStatistics statistics) {
    return new FeatureSet((int) statistics.count(), statistics, null, null, null, null);
  }

  /** A side of which nothing is known, which {@link Metric#IS} does without. */
  public static FeatureSet none() {
    return new FeatureSet(0, null, null, null, null, null);
  }

  /** The number of pictures; 0 if it is not known. */
  public int count() {
    return count;
  }

  /** Mean and covariance of all features, if they were collected. */
  public Optional<GaussianStatistics> statistics() {
    return Optional.ofNullable(statistics);
  }

  /** All vectors that were kept. */
  FeatureRows rows() {
    return require(rows, "features");
  }

  /** The drawn ones among the rows, for metrics that take no more. */
  FeatureRows drawnRows() {
    return rows().select(require(kept, "features"));
  }

  int[] labels() {
    return require(labels, "labels");
  }

  GaussianStatistics requireStatistics() {
    return require(statistics, "statistics");
  }

  Estimate inceptionScore() {
    return require(inceptionScore, "logits");
  }

  private static <T> T require(T value, String what) {
    if (value == null) {
      throw new IllegalArgumentException(
          "The %s of one side were not collected; were other metrics chosen?".formatted(what));
    }
    return value;
  }
}
