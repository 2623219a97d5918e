package io.troupe.models.training;

/**
 * What one iteration showed: means over its discriminator steps, and its generator step.
 *
 * @param realLogit mean logit of real pictures
 * @param fakeLogit mean logit of generated pictures
 * @param discriminatorSeconds time in discriminator steps, fakes included
 * @param generatorSeconds time in the generator step
 */
public record StepResult(
    long step,
    double discriminatorLoss,
    double generatorLoss,
    double realLogit,
    double fakeLogit,
    double discriminatorSeconds,
    double generatorSeconds) {}
