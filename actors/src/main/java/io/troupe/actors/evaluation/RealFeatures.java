package io.troupe.actors.evaluation;

import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureBatch;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FeatureSample;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.extractors.Extractors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What evaluations know of the real pictures, collected once, a batch at a time. Statistics that
 * suffice for the metrics come from a cache, and go there. Then some features for a plot, which no
 * cache has.
 */
public final class RealFeatures implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RealFeatures.class);
  private static final int BATCH = 64;

  private final RunSettings settings;
  private final Dataset dataset;
  private final Optional<ReferenceCache> cache;
  private final List<Metric> metrics;

  /** How many of the dataset's pictures are chosen. */
  private final int chosenPictures;

  /** How many are collected for the metrics. */
  private final int total;

  /** Which of the chosen are drawn in a plot. */
  private final int[] plotted;

  private Optional<String> digest = Optional.empty();
  private Optional<ReferenceCache.Key> key = Optional.empty();
  private Optional<FeatureCollector> collector = Optional.empty();
  private Optional<FeatureSet> features = Optional.empty();
  private Optional<FeatureSample> sample = Optional.empty();

  /**
   * Of a dataset.
   *
   * @param cache where statistics are kept from run to run; empty is nowhere
   */
  public RealFeatures(RunSettings settings, Dataset dataset, Optional<ReferenceCache> cache) {
    this.settings = settings;
    this.dataset = dataset;
    this.cache = cache;
    metrics = Metrics.comparing(Metrics.named(settings.evaluation().metrics()));
    chosenPictures = count(settings.evaluation(), dataset.size());
    total = metrics.isEmpty() ? 0 : chosenPictures;
    plotted = FeatureSample.draw(chosenPictures, settings.evaluation().tsneImages());
  }

  /** How many real pictures evaluations compare with. */
  static int count(RunSettings.Evaluation settings, int size) {
    int wanted = settings.realImages() == 0 ? settings.images() : settings.realImages();
    return Math.min(wanted, size);
  }

  /** How many pictures' features are computed in all. */
  int total() {
    return total + plotted.length;
  }

  /** How many are done. */
  int done() {
    int collected = features.isPresent() ? total : collector.map(FeatureCollector::count).orElse(0);
    return collected + sample.map(FeatureSample::size).orElse(0);
  }

  /** How many pictures are for a plot. */
  int plotted() {
    return plotted.length;
  }

  /** Bytes that are held at most. */
  long bytes(FeatureExtractor extractor) {
    long ofMetrics =
        total == 0
            ? 0
            : FeatureCollector.bytes(metrics, extractor.dimension(), extractor.classes(), total);
    return ofMetrics + FeatureSample.bytes(plotted.length, extractor.dimension());
  }

  /** Does a batch's worth of work; whether there was any to do. */
  boolean advance(Extractors.Chosen chosen) {
    if (features.isPresent()) {
      return advanceSample(chosen.extractor());
    }
    if (total == 0) {
      features = Optional.of(FeatureSet.none());
      return true;
    }
    if (collector.isEmpty()) {
      begin(chosen);
      return true;
    }
    FeatureCollector open = collector.get();
    if (open.count() < total) {
      add(open, chosen.extractor());
    } else {
      finish(open);
    }
    return true;
  }

  private void begin(Extractors.Chosen chosen) {
    if (cache.isPresent() && Metrics.needMomentsOnly(metrics)) {
      ReferenceCache.Key wanted =
          new ReferenceCache.Key(
              digest(),
              settings.dataset().split().name().toLowerCase(Locale.ROOT),
              chosen.extractor().name(),
              chosen.identity(),
              chosen.resize(),
              total);
      key = Optional.of(wanted);
      features = cache.get().find(wanted).map(FeatureSet::of);
      if (features.isPresent()) {
        LOG.info("statistics of {} real pictures from {}", total, cache.get().path(wanted));
        return;
      }
    }
    FeatureExtractor extractor = chosen.extractor();
    collector =
        Optional.of(
            new FeatureCollector(metrics, extractor.dimension(), extractor.classes(), total));
  }

  /** Identifies the chosen pictures by their content, for which it reads them all once. */
  String digest() {
    String known =
        digest.orElseGet(
            () ->
                ReferenceCache.digest(
                    (i, target) -> dataset.read(spread(i), target),
                    chosenPictures,
                    dataset.height(),
                    dataset.width(),
                    dataset.channels()));
    digest = Optional.of(known);
    return known;
  }

  /** The classes of the chosen pictures, in their order. */
  int[] labels() {
    return IntStream.range(0, chosenPictures).map(this::spread).map(dataset::label).toArray();
  }

  private boolean advanceSample(FeatureExtractor extractor) {
    if (sample.isEmpty()) {
      sample =
          Optional.of(new FeatureSample(extractor.dimension(), plotted.length, plotted.length));
    }
    FeatureSample open = sample.get();
    if (open.size() == plotted.length) {
      return false;
    }
    int end = Math.min(open.size() + BATCH, plotted.length);
    FeatureBatch batch = batch(extractor, open.size(), Arrays.stream(plotted, open.size(), end));
    open.add(batch.features(), batch.labels(), batch.count());
    return true;
  }

  /** Pictures are spread evenly over the dataset, and are not augmented. */
  private int spread(int index) {
    return ImageFeatures.spread(index, chosenPictures, dataset);
  }

  private void add(FeatureCollector open, FeatureExtractor extractor) {
    int end = Math.min(open.count() + BATCH, total);
    FeatureBatch batch = batch(extractor, open.count(), IntStream.range(open.count(), end));
    open.add(batch.features(), batch.logits(), batch.labels(), batch.count());
  }

  /** Of some of the chosen pictures. */
  private FeatureBatch batch(FeatureExtractor extractor, int first, IntStream indices) {
    return ImageFeatures.of(dataset, extractor, first, indices.map(this::spread).toArray());
  }

  private void finish(FeatureCollector open) {
    FeatureSet collected = open.finish();
    features = Optional.of(collected);
    if (key.isPresent()) {
      try {
        cache.orElseThrow().store(key.get(), collected.statistics().orElseThrow());
      } catch (IOException e) {
        LOG.warn("cannot keep the statistics of the real pictures for the next run", e);
      }
    }
  }

  /**
   * What is known.
   *
   * @throws IllegalStateException before all is done
   */
  FeatureSet features() {
    return features.orElseThrow(
        () -> new IllegalStateException("%d of %d real pictures".formatted(done(), total())));
  }

  /**
   * Those for a plot.
   *
   * @throws IllegalStateException before all is done
   */
  FeatureSample sample() {
    return sample
        .filter(found -> found.size() == plotted.length)
        .orElseThrow(
            () -> new IllegalStateException("%d of %d real pictures".formatted(done(), total())));
  }

  @Override
  public void close() {
    collector.ifPresent(FeatureCollector::close);
  }
}
