package io.troupe.models.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one iteration showed: means over its discriminator steps, and its generator step.
 *
 * @param realLogit mean logit of real pictures
 * @param fakeLogit mean logit of generated pictures
 * @param accuracy share of logits that are right, above 0 for real pictures and below for generated
 *     ones
 * @param logitDeviation standard deviation of all logits, of real and generated pictures together
 * @param perplexity how many codes the discriminator's quantisers use, from 1; not a number if it
 *     has none
 * @param realSign the mean sign of logits of real images; not a number without adaptive
 *     augmentation
 * @param augmentation the probability of augmentations in the iteration; not a number without them
 * @param penalties those that were due in the iteration, as they count, by their names in the
 *     journal; of several in one iteration the last
 * @param discriminatorSeconds time in discriminator steps, fakes included
 * @param generatorSeconds time in the generator step
 */
public record StepResult(
    long step,
    double discriminatorLoss,
    double generatorLoss,
    double realLogit,
    double fakeLogit,
    double accuracy,
    double logitDeviation,
    double perplexity,
    double realSign,
    double augmentation,
    Map<String, Double> penalties,
    double discriminatorSeconds,
    double generatorSeconds) {
  /** Copies the penalties, in their order. */
  public StepResult {
    penalties = Collections.unmodifiableMap(new LinkedHashMap<>(penalties));
  }

  /** A penalty by its name; not a number if it was not due. */
  public double penalty(String name) {
    return penalties.getOrDefault(name, Double.NaN);
  }
}
