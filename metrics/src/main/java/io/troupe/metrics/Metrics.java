package io.troupe.metrics;

import io.troupe.config.Catalogue;
import io.troupe.config.Parts;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics that come with the program, and all that there are. */
public final class Metrics implements Catalogue {
  /** In the order in which a score of theirs stands for a run. */
  @Override
  public List<Metric> metrics() {
    return List.of(
        new FidMetric(), new IsMetric(), new KidMetric(), new IntraFidMetric(), new PrdcMetric());
  }

  /** Every metric, those of other catalogues too. */
  public static List<Metric> all() {
    return Parts.metrics().stream().map(Metric.class::cast).toList();
  }

  /**
   * Some metrics by their names, in the order of {@link #all}.
   *
   * @param names with commas between, which are all known, as {@code evaluation.metrics} has them
   */
  public static List<Metric> named(String names) {
    Set<String> wanted = Set.copyOf(List.of(names.split(",", -1)));
    return all().stream().filter(metric -> wanted.contains(metric.name())).toList();
  }

  /** The score of a name in {@code checkpoints.best}, which is one's. */
  public static Score ranking(String best) {
    return all().stream()
        .flatMap(metric -> metric.scores().stream())
        .filter(score -> score.ranking().equals(best))
        .findFirst()
        .orElseThrow();
  }

  /** Those of some metrics that compare with real images. */
  public static List<Metric> comparing(Collection<Metric> metrics) {
    return metrics.stream().filter(Metric::compares).toList();
  }

  /** What some metrics need together. */
  public static Set<Statistic<?>> needs(Collection<Metric> metrics) {
    return metrics.stream()
        .flatMap(metric -> metric.needs().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Whether mean and covariance of all features suffice for some metrics. */
  public static boolean needMomentsOnly(Collection<Metric> metrics) {
    return needs(metrics).equals(Set.of(Gathered.MOMENTS));
  }

  /** Names with commas between, for messages. */
  public static String names(Stream<Metric> metrics) {
    return metrics.map(Metric::name).collect(Collectors.joining(", "));
  }
}
