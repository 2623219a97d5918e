package io.troupe.metrics;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of one side's images: all that the chosen metrics need. Immutable; may be compared
 * any number of times.
 */
public final class FeatureSet {
  private final int count;
  private final Map<Statistic<?>, Object> gathered;

  /**
   * What is known of some images.
   *
   * @param gathered each statistic's value is of its type
   */
  FeatureSet(int count, Map<Statistic<?>, Object> gathered) {
    this.count = count;
    this.gathered = Map.copyOf(gathered);
  }

  /** A side of which only its statistics are known, which suffice for {@link FidMetric}. */
  public static FeatureSet of(GaussianStatistics statistics) {
    return new FeatureSet((int) statistics.count(), Map.of(Gathered.MOMENTS, statistics));
  }

  /** A side of which nothing is known, for metrics that do not compare. */
  public static FeatureSet none() {
    return new FeatureSet(0, Map.of());
  }

  /** The number of images; 0 if it is not known. */
  public int count() {
    return count;
  }

  /** Mean and covariance of all features, if they were gathered. */
  public Optional<GaussianStatistics> statistics() {
    return Optional.ofNullable((GaussianStatistics) gathered.get(Gathered.MOMENTS));
  }

  /**
   * A statistic.
   *
   * @throws IllegalArgumentException if it was not gathered
   */
  @SuppressWarnings("unchecked")
  public <T> T get(Statistic<T> statistic) {
    Object value = gathered.get(statistic);
    if (value == null) {
      throw new IllegalArgumentException(
          "The %s of one side were not collected; were other metrics chosen?"
              .formatted(statistic.what()));
    }
    return (T) value;
  }
}
