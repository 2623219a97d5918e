package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of some metrics.
 *
 * @param values in the metrics' order
 * @param lists results of each class, by the names that JSON gives them
 */
public record Scores(List<Value> values, Map<String, List<Double>> lists) {
  /** The extractor whose scores bear the names that are known from papers. */
  public static final String INCEPTION = "inception";

  /** One number of a score. */
  public record Value(Score score, Kind kind, double value) {}

  /** Keeps copies. */
  public Scores {
    values = List.copyOf(values);
    lists = Map.copyOf(lists);
  }

  /** A score alone. */
  public static Scores of(Score score, double value) {
    return of(score, Kind.SCORE, value);
  }

  /** One number of a score. */
  public static Scores of(Score score, Kind kind, double value) {
    return new Scores(List.of(new Value(score, kind, value)), Map.of());
  }

  /** A score and its deviation. */
  public static Scores of(Score score, Estimate estimate) {
    return of(score, estimate.mean()).and(of(score, Kind.DEVIATION, estimate.deviation()));
  }

  /** These and others. */
  public Scores and(Scores more) {
    List<Value> all = new ArrayList<>(values);
    all.addAll(more.values);
    Map<String, List<Double>> allLists = new LinkedHashMap<>(lists);
    allLists.putAll(more.lists);
    return new Scores(all, allLists);
  }

  /** These and a list of numbers, one for each class. */
  public Scores and(String name, List<Double> byClass) {
    return and(new Scores(List.of(), Map.of(name, byClass)));
  }

  /**
   * Computes metrics.
   *
   * @param classes number of labels, for metrics within classes
   * @param real what was gathered for those that compare
   * @param fake what was gathered for all
   * @throws IllegalArgumentException if there are too few images for a metric, or what it needs was
   *     not gathered
   */
  public static Scores of(
      Collection<Metric> metrics, int classes, FeatureSet real, FeatureSet fake) {
    Scores all = new Scores(List.of(), Map.of());
    for (Metric metric : metrics) {
      all = all.and(metric.compute(real, fake, classes));
    }
    return all;
  }

  /** Bytes that computing takes at most, besides what is gathered. */
  public static long workBytes(Collection<Metric> metrics, int dimension) {
    return metrics.stream().mapToLong(metric -> metric.workBytes(dimension)).max().orElse(0);
  }

  /**
   * The results by the names that logs, tables and JSON give them. Only Inception's have the names
   * known from papers: with another extractor X they are {@code fd_X}, {@code is_X}, {@code kd_X}
   * and {@code intra_fd_X}. Precision, recall, density and coverage have no other name.
   */
  public Map<String, Double> named(String extractor) {
    Map<String, Double> named = new LinkedHashMap<>();
    values.forEach(one -> named.put(one.score().name(extractor, one.kind()), one.value()));
    return named;
  }
}
