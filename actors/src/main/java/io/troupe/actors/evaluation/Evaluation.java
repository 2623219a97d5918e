package io.troupe.actors.evaluation;

import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobSettings;
import io.troupe.actors.sampling.DrawnLatents;
import io.troupe.actors.sampling.ImageBatches;
import io.troupe.config.DatasetSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.random.Stream;
import io.troupe.data.Cifar100;
import io.troupe.data.Dataset;
import io.troupe.metrics.ClassDiversity;
import io.troupe.metrics.FeatureCollector;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.Protocol;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Kind;
import io.troupe.metrics.Scores;
import io.troupe.metrics.cifar.CifarFeatures;
import io.troupe.metrics.cifar.ClassificationAccuracy;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.GeneratorSampler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One evaluation after the other, a batch at a time: real pictures once, then generated ones and
 * their scores, and a plot of some features of both. Pictures are not kept. Owns the generator and
 * what it compares with.
 */
public final class Evaluation implements AutoCloseable {
  /**
   * What an evaluation found.
   *
   * @param protocol how the scores were made
   * @param diversity of the generated pictures of each class, in the order of classes
   * @param plotFailure why there is no plot of features, if there should be one
   */
  record Result(
      Map<String, Double> scores,
      Map<String, Object> protocol,
      List<Double> diversity,
      Optional<String> plotFailure) {}

  private final RunSettings settings;
  private final Reference reference;
  private final Dataset dataset;
  private final GeneratorSampler generator;
  private final Extractors.Chosen chosen;
  private final List<Metric> metrics;
  private final RealFeatures real;
  private final EvaluationPlot plot;
  private final DrawnLatents latents;
  private final ImageBatches images;
  private final float[] features;
  private final float[] logits;
  private final int[] labels;
  private Optional<FeatureCollector> fake = Optional.empty();
  private Optional<ClassDiversity> diversity = Optional.empty();

  /** How many generated pictures look to the classifier as their class; for its own classes. */
  private Optional<ClassificationAccuracy> accuracy = Optional.empty();

  private long step;

  /**
   * An evaluation of generators.
   *
   * @param reference for the same settings
   * @param plots takes the plot of features of each evaluation
   */
  public Evaluation(
      RunSettings settings, GeneratorSampler generator, Reference reference, PlotTarget plots) {
    this.settings = settings;
    this.reference = reference;
    this.generator = generator;
    dataset = reference.dataset();
    chosen = reference.chosen();
    real = reference.real();
    plot =
        new EvaluationPlot(
            settings.evaluation(), reference.real(), reference.dataset().classNames(), plots);
    metrics = Metrics.named(settings.evaluation().metrics());
    FeatureExtractor extractor = chosen.extractor();
    latents =
        new DrawnLatents(
            settings.seed(),
            Stream.EVALUATION,
            OptionalDouble.empty(),
            OptionalInt.empty(),
            dataset.classNames().size());
    images = new ImageBatches(generator, settings.network().latentSize(), latents);
    features = new float[generator.batch() * extractor.dimension()];
    logits = new float[generator.batch() * extractor.classes()];
    labels = new int[generator.batch()];
  }

  /** Floats of a generator. */
  int parameters() {
    return generator.parameters();
  }

  /** Bytes of features and statistics that an evaluation holds at most. */
  public long bytes() {
    FeatureExtractor extractor = chosen.extractor();
    return real.bytes(extractor)
        + FeatureCollector.bytes(
            metrics, extractor.dimension(), extractor.classes(), settings.evaluation().images())
        + plot.sampleBytes(extractor.dimension())
        + ClassDiversity.bytes(dataset.classNames().size(), extractor.dimension())
        + Math.max(Scores.workBytes(metrics, extractor.dimension()), plot.workBytes());
  }

  /** Begins to evaluate the generator of a step. */
  void begin(long ofStep, FloatVector average) {
    generator.load(average);
    drop();
    plot.begin();
    step = ofStep;
  }

  /** Makes room for what is collected of generated pictures. */
  private FeatureCollector collect() {
    FeatureExtractor extractor = chosen.extractor();
    fake =
        Optional.of(
            new FeatureCollector(
                metrics,
                extractor.dimension(),
                extractor.classes(),
                settings.evaluation().images()));
    diversity = Optional.of(new ClassDiversity(dataset.classNames().size(), extractor.dimension()));
    accuracy = isOfItsClasses() ? Optional.of(new ClassificationAccuracy()) : Optional.empty();
    plot.collect(extractor.dimension());
    return fake.get();
  }

  private boolean isOfItsClasses() {
    return chosen.extractor() instanceof CifarFeatures
        && settings.dataset().kind().equals(Cifar100.NAME)
        && settings.dataset().labels() == DatasetSettings.Labels.SUPERCLASS;
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
    FeatureCollector collector = fake.orElseGet(this::collect);
    if (collector.count() < collector.total()) {
      addFake(collector);
      return Optional.empty();
    }
    if (plot.advance(step)) {
      return Optional.empty();
    }
    FeatureSet found = collector.finish();
    FeatureSet reference = real.features();
    Scores scores = Scores.of(metrics, dataset.classNames().size(), reference, found);
    Map<String, Double> named = scores.named(chosen.extractor().name());
    String accuracyName = ScoreName.ACCURACY.name(chosen.extractor().name(), Kind.SCORE);
    accuracy.ifPresent(share -> named.put(accuracyName, share.value()));
    List<Double> diverse = diversity.orElseThrow().values();
    drop();
    return Optional.of(
        new Result(
            named,
            protocol(reference.count(), found.count()).toMap(metrics),
            diverse,
            plot.failure()));
  }

  private Protocol protocol(int realCount, int fakeCount) {
    return new Protocol(
        chosen.extractor().name(),
        chosen.weights(),
        chosen.network(),
        chosen.resize(),
        generator.spec().channels() == 1,
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
    for (int row = 0; row < count; row++) {
      labels[row] = latents.label(first + row);
    }
    float[] rgb = ImageFeatures.rgb(images.generate(first, count), generator.spec().channels());
    ImageFeatures.extract(chosen.extractor(), rgb, count, features, logits);
    collector.add(features, logits, Arrays.copyOf(labels, count), count);
    diversity.orElseThrow().add(features, labels, count);
    plot.add(features, labels, count);
    accuracy.ifPresent(share -> share.add(logits, chosen.extractor().classes(), labels, count));
  }

  /** Forgets what was collected of generated pictures. */
  void drop() {
    fake.ifPresent(FeatureCollector::close);
    fake = Optional.empty();
    diversity = Optional.empty();
    plot.drop();
  }

  /** Input of an {@link EvaluationWork} that does what was begun here. */
  byte[] job(FloatVector average) {
    return new EvaluationJob(JobSettings.text(settings), reference.identity(), step, average.read())
        .write();
  }

  /** Takes what an {@link EvaluationWork} has found, with its plot, instead of finding it. */
  Result adopt(byte[] output) throws JobException {
    EvaluationJob.Output found = EvaluationJob.output(output);
    if (found.result().scores().isEmpty()
        || found.result().diversity().size() != dataset.classNames().size()) {
      throw new JobException("the scores of another node are none of this run");
    }
    drop();
    if (found.plot().length() == 0) {
      return found.result();
    }
    Optional<String> lost = plot.adopt(found.plot().bytes());
    return new Result(
        found.result().scores(),
        found.result().protocol(),
        found.result().diversity(),
        lost.or(found.result()::plotFailure));
  }

  /** Ends without what it compares with, which others use. */
  void closeApart() {
    drop();
    generator.close();
  }

  @Override
  public void close() {
    closeApart();
    reference.close();
  }
}
