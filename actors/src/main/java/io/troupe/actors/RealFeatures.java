package io.troupe.actors;

import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.extractors.Extractors;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What evaluations know of the real pictures, collected once, a batch at a time. Statistics that
 * suffice for the metrics come from a cache, and go there.
 */
final class RealFeatures implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RealFeatures.class);
  private static final int BATCH = 64;

  private final RunSettings settings;
  private final Dataset dataset;
  private final Optional<ReferenceCache> cache;
  private final Set<Metric> metrics;
  private final int total;
  private Optional<ReferenceCache.Key> key = Optional.empty();
  private Optional<FeatureCollector> collector = Optional.empty();
  private Optional<FeatureSet> features = Optional.empty();

  /**
   * Of a dataset.
   *
   * @param cache where statistics are kept from run to run; empty is nowhere
   */
  RealFeatures(RunSettings settings, Dataset dataset, Optional<ReferenceCache> cache) {
    this.settings = settings;
    this.dataset = dataset;
    this.cache = cache;
    metrics = Metric.comparing(Evaluation.metrics(settings.evaluation()));
    total = metrics.isEmpty() ? 0 : count(settings.evaluation(), dataset.size());
  }

  /** How many real pictures evaluations compare with. */
  static int count(RunSettings.Evaluation settings, int size) {
    int wanted = settings.realImages() == 0 ? settings.images() : settings.realImages();
    return Math.min(wanted, size);
  }

  /** How many pictures are collected in all. */
  int total() {
    return total;
  }

  /** How many are done. */
  int done() {
    return features.isPresent() ? total : collector.map(FeatureCollector::count).orElse(0);
  }

  /** Bytes that are held at most. */
  long bytes(FeatureExtractor extractor) {
    return total == 0
        ? 0
        : FeatureCollector.bytes(metrics, extractor.dimension(), extractor.classes(), total);
  }

  /** Does a batch's worth of work; whether there was any to do. */
  boolean advance(Extractors.Chosen chosen) {
    if (features.isPresent()) {
      return false;
    }
    if (total == 0) {
      features = Optional.of(FeatureSet.none());
      return false;
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
    if (cache.isPresent() && metrics.equals(EnumSet.of(Metric.FID))) {
      ReferenceCache.Key wanted =
          new ReferenceCache.Key(
              ReferenceCache.digest(
                  (i, target) -> dataset.read(spread(i), target),
                  total,
                  dataset.height(),
                  dataset.width()),
              settings.dataset().split().name().toLowerCase(Locale.ROOT),
              chosen.extractor().name(),
              chosen.weights().orElse(""),
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

  /** Pictures are spread evenly over the dataset, and are not augmented. */
  private int spread(int index) {
    return (int) ((long) index * dataset.size() / total);
  }

  private void add(FeatureCollector open, FeatureExtractor extractor) {
    int count = Math.min(BATCH, total - open.count());
    byte[] picture = new byte[3 * dataset.height() * dataset.width()];
    float[] pictures = new float[count * picture.length];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int index = spread(open.count() + i);
      dataset.read(index, picture);
      labels[i] = dataset.label(index);
      for (int k = 0; k < picture.length; k++) {
        pictures[i * picture.length + k] = (picture[k] & 0xFF) / 127.5f - 1;
      }
    }
    float[] rows = new float[count * extractor.dimension()];
    float[] logits = new float[count * extractor.classes()];
    Evaluation.extract(extractor, pictures, count, rows, logits);
    open.add(rows, logits, labels, count);
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
        () -> new IllegalStateException("%d of %d real pictures".formatted(done(), total)));
  }

  @Override
  public void close() {
    collector.ifPresent(FeatureCollector::close);
  }
}
