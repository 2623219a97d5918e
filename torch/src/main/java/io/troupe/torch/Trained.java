package io.troupe.torch;

import io.troupe.models.training.StepResult;
import java.util.List;

/**
 * What some iterations of a training gave.
 *
 * @param gradients of each program run that finds some, in order
 */
record Trained(List<StepResult> results, List<float[]> gradients) {

  /**
   * How far the losses and penalties of another training are from this one's, at most; losses as a
   * share of 1 at least, as logits of both signs may cancel.
   */
  double losses(Trained other) {
    double worst = 0;
    for (int i = 0; i < results.size(); i++) {
      StepResult wanted = results.get(i);
      StepResult found = other.results.get(i);
      worst = Math.max(worst, distance(wanted.discriminatorLoss(), found.discriminatorLoss()));
      worst = Math.max(worst, distance(wanted.generatorLoss(), found.generatorLoss()));
      for (String penalty : wanted.penalties().keySet()) {
        double value = wanted.penalty(penalty);
        worst = Math.max(worst, Math.abs(found.penalty(penalty) - value) / Math.abs(value));
      }
    }
    return worst;
  }

  private static double distance(double expected, double found) {
    return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  }

  /**
   * How far another training's gradients are from this one's, at most: of all parameters in one.
   */
  double gradients(Trained other) {
    if (gradients.size() != other.gradients.size()) {
      throw new IllegalArgumentException(
          "%d gradients and %d".formatted(gradients.size(), other.gradients.size()));
    }
    double worst = 0;
    for (int i = 0; i < gradients.size(); i++) {
      worst = Math.max(worst, Comparison.relative(gradients.get(i), other.gradients.get(i)));
    }
    return worst;
  }
}
