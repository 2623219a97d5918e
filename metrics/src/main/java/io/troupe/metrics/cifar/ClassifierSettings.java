package io.troupe.metrics.cifar;

/**
 * How the classifier is trained.
 *
 * @param epochs passes over the training images, at least 1
 * @param batch images of a step
 * @param peakLearningRate reached linearly, then lowered to 0 by half a cosine
 * @param warmUp share of all steps until the peak, in (0, 1)
 * @param momentum Nesterov's, in [0, 1)
 * @param weightDecay on all parameters
 * @param labelSmoothing share of a target that is spread evenly over all classes (Szegedy et al.,
 *     2016), in [0, 1)
 * @param seed of weights, order and augmentation
 */
public record ClassifierSettings(
    int epochs,
    int batch,
    double peakLearningRate,
    double warmUp,
    double momentum,
    double weightDecay,
    double labelSmoothing,
    long seed) {

  /** Those of the built-in classifier. */
  public static final ClassifierSettings DEFAULT =
      new ClassifierSettings(8, 128, 0.1, 0.2, 0.9, 5e-4, 0.1, 1);

  /** Refuses what is out of range. */
  public ClassifierSettings {
    if (epochs < 1
        || batch < 1
        || !(warmUp > 0 && warmUp < 1)
        || !(momentum >= 0 && momentum < 1)
        || !(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException("settings out of range; see the documentation");
    }
  }

  /** The same with another number of epochs. */
  public ClassifierSettings withEpochs(int count) {
    return new ClassifierSettings(
        count, batch, peakLearningRate, warmUp, momentum, weightDecay, labelSmoothing, seed);
  }

  /**
   * The learning rate of a step.
   *
   * @param step from 1
   * @param steps of the whole training
   */
  double learningRate(long step, long steps) {
    double rise = warmUp * steps;
    if (step <= rise) {
      return peakLearningRate * step / rise;
    }
    double done = (step - rise) / (steps - rise);
    return peakLearningRate * (1 + Math.cos(Math.PI * done)) / 2;
  }
}
