package io.troupe.actors;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Protocol;
import io.troupe.metrics.Scores;
import io.troupe.metrics.cifar.CifarFeatures;
import io.troupe.metrics.cifar.ClassificationAccuracy;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.models.training.GeneratorSampler;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One evaluation after the other, a batch at a time: real pictures once, then generated ones and
 * their scores. Pictures are not kept. Owns the generator and the extractor.
 */
final class Evaluation implements AutoCloseable {
  /**
   * What an evaluation found.
   *
   * @param protocol how the scores were made
   */
  record Result(Map<String, Double> scores, Map<String, Object> protocol) {}

  private final RunSettings settings;
  private final Dataset dataset;
  private final GeneratorSampler generator;
  private final Extractors.Chosen chosen;
  private final Set<Metric> metrics;
  private final RealFeatures real;
  private final float[] pictures;
  private final float[] features;
  private final float[] logits;
  private final int[] labels;
  private Optional<FeatureCollector> fake = Optional.empty();

  /** How many generated pictures look to the classifier as their class; for its own classes. */
  private Optional<ClassificationAccuracy> accuracy = Optional.empty();

  /**
   * An evaluation of generators.
   *
   * @param real of the same extractor and metrics
   */
  Evaluation(
      RunSettings settings,
      Dataset dataset,
      GeneratorSampler generator,
      Extractors.Chosen chosen,
      RealFeatures real) {
    this.settings = settings;
    this.dataset = dataset;
    this.generator = generator;
    this.chosen = chosen;
    this.real = real;
    metrics = metrics(settings.evaluation());
    FeatureExtractor extractor = chosen.extractor();
    pictures = new float[generator.batch() * generator.pictureLength()];
    features = new float[generator.batch() * extractor.dimension()];
    logits = new float[generator.batch() * extractor.classes()];
    labels = new int[generator.batch()];
  }

  /** The chosen metrics. */
  static Set<Metric> metrics(RunSettings.Evaluation settings) {
    EnumSet<Metric> metrics = EnumSet.noneOf(Metric.class);
    for (String name : settings.metrics().split(",", -1)) {
      metrics.add(Metric.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
    return metrics;
  }

  /** Bytes of features and statistics that an evaluation holds at most. */
  long bytes() {
    FeatureExtractor extractor = chosen.extractor();
    return real.bytes(extractor)
        + FeatureCollector.bytes(
            metrics, extractor.dimension(), extractor.classes(), settings.evaluation().images())
        + Scores.workBytes(metrics, extractor.dimension());
  }

  /** Begins to evaluate a generator. */
  void begin(INDArray average) {
    generator.load(average);
    drop();
    FeatureExtractor extractor = chosen.extractor();
    fake =
        Optional.of(
            new FeatureCollector(
                metrics,
                extractor.dimension(),
                extractor.classes(),
                settings.evaluation().images()));
    accuracy = isOfItsClasses() ? Optional.of(new ClassificationAccuracy()) : Optional.empty();
  }

  private boolean isOfItsClasses() {
    return chosen.extractor() instanceof CifarFeatures
        && settings.dataset().kind() == RunSettings.DatasetKind.CIFAR100
        && settings.dataset().labels() == RunSettings.Labels.SUPERCLASS;
  }

  /** The share that is done, in [0, 1]. */
  double share() {
    int done = real.done() + fake.map(FeatureCollector::count).orElse(0);
    return (double) done / (real.total() + settings.evaluation().images());
  }

  /** Does a batch's worth of work; the result when it was the last. */
  Optional<Result> advance() {
    if (real.advance(chosen)) {
      return Optional.empty();
    }
    FeatureCollector collector = fake.orElseThrow();
    if (collector.count() < collector.total()) {
      addFake(collector);
      return Optional.empty();
    }
    FeatureSet found = collector.finish();
    FeatureSet reference = real.features();
    Scores scores = Scores.of(metrics, dataset.classNames().size(), reference, found);
    Map<String, Double> named = scores.named(chosen.extractor().name());
    accuracy.ifPresent(share -> named.put("accuracy_cifar", share.value()));
    drop();
    return Optional.of(
        new Result(named, protocol(reference.count(), found.count()).toMap(metrics)));
  }

  private Protocol protocol(int realCount, int fakeCount) {
    return new Protocol(
        chosen.extractor().name(),
        chosen.weights(),
        chosen.resize(),
        realCount,
        Optional.of(settings.dataset().split().name().toLowerCase(Locale.ROOT)),
        fakeCount,
        Optional.of(true),
        OptionalDouble.empty(),
        Optional.of(settings.evaluation().batchNorm().name().toLowerCase(Locale.ROOT)));
  }

  private void addFake(FeatureCollector collector) {
    int first = collector.count();
    int count = Math.min(generator.batch(), collector.total() - first);
    int classes = dataset.classNames().size();
    float[] latent = new float[settings.network().latentSize()];
    for (int row = 0; row < generator.batch(); row++) {
      CounterRandom random = new CounterRandom(settings.seed(), Stream.EVALUATION, 0, first + row);
      for (int i = 0; i < latent.length; i++) {
        latent[i] = (float) random.nextGaussian();
      }
      labels[row] = (first + row) % classes;
      generator.set(row, latent, labels[row]);
    }
    generator.generate(pictures, 0, count);
    extract(chosen.extractor(), pictures, count, features, logits);
    collector.add(features, logits, Arrays.copyOf(labels, count), count);
    accuracy.ifPresent(
        share -> {
          int length = chosen.extractor().classes();
          for (int row = 0; row < count; row++) {
            share.add(logits, row * length, length, labels[row]);
          }
        });
  }

  /** Features, and logits where the extractor has any. */
  static void extract(
      FeatureExtractor extractor, float[] pictures, int count, float[] features, float[] logits) {
    if (extractor.classes() > 0) {
      extractor.extract(pictures, count, features, logits);
    } else {
      extractor.extract(pictures, count, features);
    }
  }

  /** Forgets what was collected of generated pictures. */
  void drop() {
    fake.ifPresent(FeatureCollector::close);
    fake = Optional.empty();
  }

  @Override
  public void close() {
    real.close();
    drop();
    chosen.close();
    generator.close();
  }
}
