package io.troupe.models.training;

/**
 * What one iteration showed: means over its discriminator steps, and its generator step.
 *
 * @param realLogit mean logit of real pictures
 * @param fakeLogit mean logit of generated pictures
 * @param perplexity how many codes the discriminator's quantisers use, from 1; not a number if it
 *     has none
 * @param gradientPenalty the last gradient penalty of the iteration, as it counts; not a number if
 *     none was due
 * @param pathPenalty the same of path length regularisation
 * @param discriminatorSeconds time in discriminator steps, fakes included
 * @param generatorSeconds time in the generator step
 */
public record StepResult(
    long step,
    double discriminatorLoss,
    double generatorLoss,
    double realLogit,
    double fakeLogit,
    double perplexity,
    double gradientPenalty,
    double pathPenalty,
    double discriminatorSeconds,
    double generatorSeconds) {}
