package io.troupe.metrics;

import io.troupe.config.MetricChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be said of generated images, most of it against real ones. All that the program knows of
 * a metric is said here: settings, command line, tables, best checkpoint and pages ask.
 */
public interface Metric extends MetricChoice {
  /** The scores that it computes. */
  List<Score> scores();

  @Override
  default List<String> rankings() {
    return scores().stream().map(Score::ranking).toList();
  }

  /** What has to be gathered of the generated images, and of the real ones if it compares. */
  Set<Statistic<?>> needs();

  /** Whether it needs logits, which only an extractor with a classifier gives. */
  default boolean readsLogits() {
    return needs().stream().anyMatch(Statistic::readsLogits);
  }

  /** Whether it compares with real images. */
  default boolean compares() {
    return true;
  }

  /** How many images it needs at least; of each class, if it is {@link #withinClasses}. */
  int fewest();

  /** Whether it is computed within each class, so that images need labels. */
  default boolean withinClasses() {
    return false;
  }

  /**
   * Computes the scores.
   *
   * @param real what was gathered of the real images; not used unless it {@link #compares}
   * @param classes number of labels
   * @throws IllegalArgumentException if there are too few images, or what it needs was not gathered
   */
  Scores compute(FeatureSet real, FeatureSet fake, int classes);

  /** Bytes that computing takes at most, besides what is gathered. */
  long workBytes(int dimension);

  /** What else scores must agree in to compare, for JSON. */
  default Map<String, Object> protocol(int realImages, int fakeImages) {
    return Map.of();
  }
}
