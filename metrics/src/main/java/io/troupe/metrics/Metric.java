package io.troupe.metrics;

import io.troupe.config.MetricChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be said of generated images, most of it against real ones. All that the program knows of
 * a metric is said here: settings, command line, tables, best checkpoint and pages ask.
 */
public abstract class Metric implements MetricChoice {
  private final String name;
  private final int fewest;
  private final Set<Statistic<?>> needs;
  private final List<Score> scores;

  /**
   * A metric.
   *
   * @param name as settings have it, in kebab-case
   * @param fewest how many images it needs at least
   * @param needs what has to be gathered of the generated images, and of the real ones if it
   *     compares
   * @param scores what it computes
   */
  protected Metric(String name, int fewest, Set<Statistic<?>> needs, Score... scores) {
    this.name = name;
    this.fewest = fewest;
    this.needs = Set.copyOf(needs);
    this.scores = List.of(scores);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> rankings() {
    return scores.stream().map(Score::ranking).toList();
  }

  /** The scores that it computes. */
  public final List<Score> scores() {
    return scores;
  }

  /** What has to be gathered of the generated images, and of the real ones if it compares. */
  public final Set<Statistic<?>> needs() {
    return needs;
  }

  /** How many images it needs at least; of each class, if it is {@link #withinClasses}. */
  public final int fewest() {
    return fewest;
  }

  /** Whether it needs logits, which only an extractor with a classifier gives. */
  public final boolean readsLogits() {
    return needs.stream().anyMatch(Statistic::readsLogits);
  }

  /** Whether it compares with real images. */
  public boolean compares() {
    return true;
  }

  /** Whether it is computed within each class, so that images need labels. */
  public boolean withinClasses() {
    return false;
  }

  /**
   * Computes the scores.
   *
   * @param real what was gathered of the real images; not used unless it {@link #compares}
   * @param classes number of labels
   * @throws IllegalArgumentException if there are too few images, or what it needs was not gathered
   */
  public abstract Scores compute(FeatureSet real, FeatureSet fake, int classes);

  /**
   * Bytes that computing takes at most, besides what is gathered.
   *
   * @param dimension length of a feature vector
   */
  public abstract long workBytes(int dimension);

  /** What else scores must agree in to compare, for JSON. */
  public Map<String, Object> protocol(int realImages, int fakeImages) {
    return Map.of();
  }
}
