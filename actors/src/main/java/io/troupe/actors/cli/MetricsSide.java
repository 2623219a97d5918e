package io.troupe.actors.cli;

import io.troupe.actors.evaluation.ImageFeatures;
import io.troupe.data.Cifar100;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FeatureSample;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.GaussianStatistics;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.cifar.CifarFeatures;
import io.troupe.metrics.cifar.ClassificationAccuracy;
import io.troupe.metrics.extractors.Extractors;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One side of a comparison: pictures with an extractor for their size, or only statistics. */
final class MetricsSide {
  private final PictureInput input;
  private final List<Metric> metrics;
  private final Optional<Extractors.Chosen> chosen;
  private final int count;

  /** The common label of each label of the pictures; empty if labels are as they are. */
  private List<Integer> common = List.of();

  /** How many pictures look to the classifier as their class; for its own classes. */
  private Optional<ClassificationAccuracy> accuracy = Optional.empty();

  /**
   * Opens the extractor, if there are pictures.
   *
   * @param metrics what is asked of this side
   * @param most how many pictures are taken at most
   * @throws CliException if what is given does not suffice for the metrics
   */
  MetricsSide(PictureInput input, List<Metric> metrics, ExtractorOptions extractors, int most)
      throws CliException {
    this.input = input;
    this.metrics = metrics;
    if (input.statistics().isPresent()) {
      if (!Metrics.needMomentsOnly(metrics)) {
        input.requirePictures(
            "any metric but "
                + Metrics.names(
                    Metrics.all().stream().filter(one -> Metrics.needMomentsOnly(List.of(one)))));
      }
      chosen = Optional.empty();
      count = (int) input.statistics().get().count();
      return;
    }
    Dataset pictures = input.pictures().orElseThrow();
    count = Math.min(most, pictures.size());
    requireEnough(input.name(), count, metrics);
    for (Metric metric : metrics) {
      if (metric.withinClasses() && pictures.classNames().size() < 2) {
        throw new CliException(
            ("%s: the pictures have no classes, which %s needs: sub-folders, the array labels, or a"
                    + " CIFAR dataset")
                .formatted(input.name(), metric.name()));
      }
    }
    chosen = Optional.of(extractors.open(pictures.height(), pictures.width()));
    FeatureExtractor extractor = chosen.get().extractor();
    for (Metric metric : metrics) {
      if (metric.readsLogits() && extractor.classes() == 0) {
        throw new CliException(
            "the metric %s needs a classifier, and the extractor %s has none"
                .formatted(metric.name(), extractor.name()));
      }
    }
  }

  private static void requireEnough(String name, int count, List<Metric> metrics)
      throws CliException {
    for (Metric metric : metrics) {
      if (count < metric.fewest()) {
        throw new CliException(
            "%s: %d pictures are too few; %s needs at least %d"
                .formatted(name, count, metric.name(), metric.fewest()));
      }
    }
  }

  /** Labels that both sides have in common, by the pictures' own. */
  void useLabels(List<Integer> labels) {
    common = labels;
  }

  private int commonLabel(int label) {
    return common.isEmpty() ? label : common.get(label);
  }

  /**
   * Checks that a metric within each class can be computed.
   *
   * @param names of the classes, by common label
   * @throws CliException if a class has too few pictures
   */
  void requireEveryClass(Metric metric, List<String> names) throws CliException {
    Dataset pictures = input.pictures().orElseThrow();
    int[] counts = new int[names.size()];
    for (int i = 0; i < count; i++) {
      counts[commonLabel(pictures.label(ImageFeatures.spread(i, count, pictures)))]++;
    }
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] < metric.fewest()) {
        throw new CliException(
            "%s: class %d (from 0), %s, has %d pictures; %s needs at least %d of each of %d classes"
                .formatted(
                    input.name(),
                    label,
                    names.get(label),
                    counts[label],
                    metric.name(),
                    metric.fewest(),
                    counts.length));
      }
    }
  }

  /**
   * Counts, while features are collected, how many pictures the embedded classifier takes for their
   * class; if it is the extractor, and the classes are those of the other side, which it knows.
   */
  void countRightClasses(MetricsSide other) {
    boolean known = other.input.pictures().filter(Cifar100.class::isInstance).isPresent();
    boolean classifier = chosen.filter(c -> c.extractor() instanceof CifarFeatures).isPresent();
    if (known && classifier && classes() == other.classes()) {
      accuracy = Optional.of(new ClassificationAccuracy());
    }
  }

  /** The share of pictures that the classifier takes for their class, if it was counted. */
  OptionalDouble accuracy() {
    return accuracy.map(share -> OptionalDouble.of(share.value())).orElse(OptionalDouble.empty());
  }

  PictureInput input() {
    return input;
  }

  /** The extractor, if there are pictures. */
  Optional<Extractors.Chosen> chosen() {
    return chosen;
  }

  /** Whether its pictures are grey, and repeated three times for the extractor. */
  boolean isGrey() {
    return input.pictures().filter(pictures -> pictures.channels() == 1).isPresent();
  }

  /** How many pictures are taken; 0 if it is not known. */
  int count() {
    return count;
  }

  /** The length of a feature vector. */
  int dimension() {
    return chosen
        .map(c -> c.extractor().dimension())
        .orElseGet(() -> input.statistics().orElseThrow().dimension());
  }

  /** How many classes the pictures have; 0 if there are only statistics. */
  int classes() {
    return classNames().size();
  }

  /** Names of the classes, by label; none if there are only statistics. */
  List<String> classNames() {
    return input.pictures().map(Dataset::classNames).orElse(List.of());
  }

  /** Bytes that collecting takes. */
  long bytes() {
    return chosen
        .map(
            c ->
                FeatureCollector.bytes(
                    metrics, c.extractor().dimension(), c.extractor().classes(), count))
        .orElse(0L);
  }

  /**
   * Computes what the metrics need.
   *
   * @param sample gets features for a plot, if there is to be one
   */
  FeatureSet collect(FeatureStream stream, Optional<FeatureSample> sample) throws IOException {
    if (chosen.isEmpty()) {
      return FeatureSet.of(input.statistics().orElseThrow());
    }
    FeatureExtractor extractor = chosen.get().extractor();
    try (FeatureCollector collector =
        new FeatureCollector(metrics, extractor.dimension(), extractor.classes(), count)) {
      stream.run(
          input.name(),
          input.pictures().orElseThrow(),
          count,
          extractor,
          (features, logits, labels, rows) -> {
            for (int i = 0; i < rows; i++) {
              labels[i] = commonLabel(labels[i]);
            }
            collector.add(features, logits, labels, rows);
            sample.ifPresent(s -> s.add(features, labels, rows));
            accuracy.ifPresent(share -> share.add(logits, extractor.classes(), labels, rows));
          });
      return collector.finish();
    }
  }

  /** As {@link #collect}, but takes the statistics from a cache or leaves them there. */
  FeatureSet collectCached(FeatureStream stream, ReferenceCache cache, PrintWriter screen)
      throws IOException {
    if (chosen.isEmpty() || !Metrics.needMomentsOnly(metrics)) {
      return collect(stream, Optional.empty());
    }
    Dataset pictures = input.pictures().orElseThrow();
    ReferenceCache.Key key =
        new ReferenceCache.Key(
            ReferenceCache.digest(
                (i, target) -> pictures.read(ImageFeatures.spread(i, count, pictures), target),
                count,
                pictures.height(),
                pictures.width(),
                pictures.channels()),
            input.split().orElse("all"),
            chosen.get().extractor().name(),
            chosen.get().identity(),
            chosen.get().resize(),
            count);
    Optional<GaussianStatistics> known = cache.find(key);
    if (known.isPresent()) {
      screen.println(
          "%s: statistics of %d pictures from %s".formatted(input.name(), count, cache.path(key)));
      screen.flush();
      return FeatureSet.of(known.get());
    }
    FeatureSet collected = collect(stream, Optional.empty());
    cache.store(key, collected.statistics().orElseThrow());
    return collected;
  }
}
