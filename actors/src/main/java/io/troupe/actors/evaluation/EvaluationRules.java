package io.troupe.actors.evaluation;

import io.troupe.actors.run.RunException;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.data.Dataset;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.metrics.inception.InceptionWeights;
import io.troupe.metrics.inception.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a dataset must have so that the chosen scores can be computed of it. */
public final class EvaluationRules {
  private static final int CIFAR = 32;

  private EvaluationRules() {}

  /**
   * Refuses what could only fail at the first evaluation.
   *
   * @throws RunException if the scores cannot be computed; the message says what to change
   */
  public static void check(RunSettings.Evaluation settings, Dataset dataset) throws RunException {
    int height = dataset.height();
    int width = dataset.width();
    ExtractorKind kind =
        Extractors.resolve(settings.extractor(), settings.weights(), height, width);
    if (kind == ExtractorKind.INCEPTION) {
      try {
        // Read as a whole: the evaluator would only find a damaged file when the run goes on.
        InceptionWeights.read(InceptionWeights.find(settings.weights()));
      } catch (WeightsException e) {
        throw new RunException("evaluation.weights: " + e.getMessage(), e);
      }
    }
    if (kind == ExtractorKind.CIFAR && (height != CIFAR || width != CIFAR)) {
      throw new RunException(
          "evaluation.extractor = cifar takes pictures of 32 x 32, and the dataset's are %d x %d; choose auto, inception or random"
              .formatted(height, width));
    }
    if (settings.weights().isPresent()) {
      Path weights = settings.weights().get();
      if (!Files.isRegularFile(weights)) {
        throw new RunException("evaluation.weights: there is no file " + weights);
      }
    }
    for (Metric metric : Metrics.named(settings.metrics())) {
      check(metric, settings, kind, dataset);
    }
  }

  private static void check(
      Metric metric, RunSettings.Evaluation settings, ExtractorKind kind, Dataset dataset)
      throws RunException {
    String name = metric.name();
    if (metric.readsLogits() && kind == ExtractorKind.RANDOM) {
      throw new RunException(
          "evaluation.metrics has %s, which needs a classifier, and the extractor is random; leave %s out, or fetch the weights of inception with '%s'"
              .formatted(name, name, CommandHint.of("fetch", "inception")));
    }
    int classes = dataset.classNames().size();
    if (metric.withinClasses() && classes < 2) {
      throw new RunException(
          "evaluation.metrics has %s, and the dataset has no classes; leave %s out"
              .formatted(name, name));
    }
    int real = RealFeatures.count(settings, dataset.size());
    int fewest = metric.withinClasses() ? metric.fewest() * classes : metric.fewest();
    if (settings.images() < fewest || (metric.compares() && real < fewest)) {
      throw new RunException(
          "evaluation.metrics has %s, which needs at least %d pictures; there are %d generated and %d real ones"
              .formatted(name, fewest, settings.images(), real));
    }
  }
}
