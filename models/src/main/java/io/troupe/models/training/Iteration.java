package io.troupe.models.training;

import io.troupe.config.TrainingSettings;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one iteration works on, and what it has found so far. */
final class Iteration {
  final long step;
  final FloatBuffer images;
  final int[] labels;
  double discriminatorLoss;
  double generatorLoss;
  double realLogit;
  double fakeLogit;
  final LogitStatistics logits = new LogitStatistics();
  double perplexity;
  double realSigns;
  final Map<String, Double> penalties = new LinkedHashMap<>();
  long discriminatorNanoseconds;

  Iteration(long step, FloatBuffer images, int[] labels) {
    this.step = step;
    this.images = images;
    this.labels = labels;
  }

  StepResult result(TrainingSettings training, double augmentation, long nanoseconds) {
    int discriminatorSteps = training.discriminatorSteps();
    return new StepResult(
        step,
        discriminatorLoss / discriminatorSteps,
        generatorLoss,
        realLogit / discriminatorSteps,
        fakeLogit / discriminatorSteps,
        logits.accuracy(),
        logits.deviation(),
        perplexity / discriminatorSteps,
        realSigns / training.imagesPerStep(),
        augmentation,
        penalties,
        discriminatorNanoseconds * 1e-9,
        (nanoseconds - discriminatorNanoseconds) * 1e-9);
  }
}
