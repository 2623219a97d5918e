package io.troupe.actors.evaluation;

import io.troupe.actors.run.RunException;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.data.Dataset;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.WeightsException;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.metrics.inception.InceptionWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What there must be so that the chosen scores can be computed of a dataset. */
public final class EvaluationRules {
  private static final int CIFAR = 32;

  private EvaluationRules() {}

  /**
   * Refuses what could only fail at the first evaluation.
   *
   * @return why the scores cannot be computed of this dataset, and what to set, if evaluation is
   *     only on request
   * @throws RunException if they cannot be computed, and shall be; or if weights are no good
   */
  public static Optional<String> check(RunSettings.Evaluation settings, Dataset dataset)
      throws RunException {
    ExtractorKind kind = kind(settings, dataset);
    checkWeights(settings, kind, dataset);
    Optional<String> misfit = misfit(settings, kind, dataset);
    if (misfit.isPresent() && settings.every() > 0) {
      throw new RunException(misfit.get() + ", or evaluation.every to 0");
    }
    return misfit;
  }

  private static ExtractorKind kind(RunSettings.Evaluation settings, Dataset dataset) {
    return Extractors.resolve(
        settings.extractor(), settings.weights(), dataset.height(), dataset.width());
  }

  private static void checkWeights(
      RunSettings.Evaluation settings, ExtractorKind kind, Dataset dataset) throws RunException {
    if (kind == ExtractorKind.INCEPTION) {
      try {
        // Read as a whole: the evaluator would only find a damaged file when the run goes on.
        InceptionWeights.read(InceptionWeights.find(settings.weights()));
      } catch (WeightsException e) {
        throw new RunException("evaluation.weights: " + e.getMessage(), e);
      }
    }
    if (kind == ExtractorKind.DL4J) {
      try {
        // Opened, and closed: the evaluator opens it when the run goes on.
        Extractors.open(
                kind,
                settings.weights(),
                settings.featureNetwork(),
                dataset.height(),
                dataset.width())
            .close();
      } catch (WeightsException e) {
        throw new RunException("evaluation.extractor = dl4j: " + e.getMessage(), e);
      }
    }
    if (settings.weights().isPresent()) {
      Path weights = settings.weights().get();
      if (!Files.isRegularFile(weights)) {
        throw new RunException("evaluation.weights: there is no file " + weights);
      }
    }
  }

  private static Optional<String> misfit(
      RunSettings.Evaluation settings, ExtractorKind kind, Dataset dataset) {
    int height = dataset.height();
    int width = dataset.width();
    if (kind == ExtractorKind.CIFAR && (height != CIFAR || width != CIFAR)) {
      return Optional.of(
          "evaluation.extractor = cifar takes pictures of 32 x 32, and the dataset's are %d x %d; set evaluation.extractor to auto, inception or random"
              .formatted(height, width));
    }
    List<Metric> metrics = Metrics.named(settings.metrics());
    List<Metric> fitting =
        metrics.stream().filter(one -> misfit(one, settings, kind, dataset).isEmpty()).toList();
    return metrics.stream()
        .flatMap(one -> misfit(one, settings, kind, dataset).stream())
        .findFirst()
        .map(
            why ->
                fitting.isEmpty()
                    ? why + "; set evaluation.metrics to others"
                    : "%s; set evaluation.metrics to \"%s\""
                        .formatted(
                            why,
                            fitting.stream().map(Metric::name).collect(Collectors.joining(","))));
  }

  private static Optional<String> misfit(
      Metric metric, RunSettings.Evaluation settings, ExtractorKind kind, Dataset dataset) {
    String name = metric.name();
    if (metric.readsLogits() && (kind == ExtractorKind.RANDOM || kind == ExtractorKind.DL4J)) {
      return Optional.of(
          "evaluation.metrics has %s, which needs a classifier, and the extractor is %s; inception has one ('%s'), and of 32 x 32 cifar"
              .formatted(
                  name,
                  kind.name().toLowerCase(Locale.ROOT),
                  CommandHint.of("fetch", "inception")));
    }
    int classes = dataset.classNames().size();
    if (metric.withinClasses() && classes < 2) {
      return Optional.of(
          "evaluation.metrics has %s, and the dataset has no classes".formatted(name));
    }
    int real = RealFeatures.count(settings, dataset.size());
    int fewest = metric.withinClasses() ? metric.fewest() * classes : metric.fewest();
    if (settings.images() < fewest || (metric.compares() && real < fewest)) {
      return Optional.of(
          "evaluation.metrics has %s, which needs at least %d pictures; there are %d generated and %d real ones"
              .formatted(name, fewest, settings.images(), real));
    }
    return Optional.empty();
  }
}
