package io.troupe.config;

/**
 * The training loop.
 *
 * @param steps iterations in total; each is {@code discriminatorSteps} discriminator steps and one
 *     generator step
 * @param batch images per discriminator or generator step
 * @param microBatch how many of them are computed at once, a divisor of the batch; 0 is all; or
 *     {@link RunSettings#AUTO}, which a run's start replaces by what fits the memory
 * @param loss the name of one of {@link Parts#losses}
 * @param clipNorm largest norm of a network's gradient; larger ones are scaled down; 0 is no limit
 * @param styleMixing share of generated images with styles of two latent vectors
 * @param sameFakes whether the generator step uses the last discriminator step's images again
 * @param freezeD how many of the discriminator's blocks are not trained, from the images on
 */
public record TrainingSettings(
    long steps,
    int batch,
    int microBatch,
    int discriminatorSteps,
    String loss,
    double clipNorm,
    double styleMixing,
    First first,
    boolean sameFakes,
    int freezeD,
    Regularisation regularisation,
    Adam generator,
    Adam discriminator,
    GradientPenalty gradientPenalty,
    PathLength pathLength,
    DiffAugment diffAugment,
    Ada ada,
    Consistency consistency,
    Lecam lecam) {
  /** The micro-batch that is the whole batch. */
  public static final int WHOLE_BATCH = 0;

  /** Real images that a step takes. */
  public int imagesPerStep() {
    return batch * discriminatorSteps;
  }

  /** Images that are computed at once: the whole batch, unless a smaller number is chosen. */
  public int imagesAtOnce() {
    return microBatch == WHOLE_BATCH || microBatch == RunSettings.AUTO ? batch : microBatch;
  }

  /** Which network is updated first in an iteration. */
  public enum First {
    DISCRIMINATOR,
    GENERATOR
  }

  /** How the gradients of gradient penalty and path length are applied. */
  public enum Regularisation {
    /** They are added to those of the loss. */
    ADDED,
    /** By an Adam update of their own, after that of the loss. */
    SEPARATE
  }

  /**
   * A penalty on the discriminator's gradient at real images: weight * E(‖gradient‖ - centre)².
   *
   * @param weight 0 is none
   * @param every discriminator steps from one computation to the next; multiplies the penalty
   */
  public record GradientPenalty(double weight, double centre, int every) {}

  /**
   * Path length regularisation of the generator (Karras et al., 2020).
   *
   * @param weight 0 is none
   * @param decay of the lengths' moving average
   * @param every steps from one computation to the next; multiplies the penalty
   * @param startStep the first step with the penalty
   * @param batchShrink 0 uses the step's images; otherwise a batch divided by this is made of new
   *     latent vectors
   */
  public record PathLength(
      double weight, double decay, int every, long startStep, int batchShrink) {}

  /** Which differentiable augmentations are applied to what the discriminator sees. */
  public record DiffAugment(boolean color, boolean translation, boolean cutout) {}

  /**
   * Adaptive discriminator augmentation (Karras et al., 2020).
   *
   * @param blit strength of mirroring, quarter turns and shifts by whole pixels: what the
   *     probability of each is multiplied by
   * @param geometry strength of scaling, rotation and shifts by fractions of pixels
   * @param color strength of brightness, contrast, inverted luma, hue and saturation
   * @param cutout strength of setting a square to zero
   * @param probability of augmentations, if it is not adapted
   * @param target what the mean sign of logits of real images is to be; 0 adapts nothing
   * @param images after so many the probability has changed by 1, if always in the same direction
   * @param every iterations from one change to the next
   */
  public record Ada(
      double blit,
      double geometry,
      double color,
      double cutout,
      double probability,
      double target,
      long images,
      int every) {
    /** Whether there is any augmentation. */
    public boolean isWanted() {
      return blit > 0 || geometry > 0 || color > 0 || cutout > 0;
    }

    /** Whether the probability is adapted. */
    public boolean isAdaptive() {
      return isWanted() && target > 0;
    }
  }

  /**
   * Consistency of logits of images and of the same ones slightly changed.
   *
   * @param real weight of real images; 0 is none
   * @param fake weight of generated images; 0 is none
   */
  public record Consistency(double real, double fake) {}

  /**
   * LeCam regularisation (Tseng et al., 2021).
   *
   * @param weight 0 is none
   * @param decay of the moving averages of logits
   */
  public record Lecam(double weight, double decay) {}

  /** Adam's constants (Kingma and Ba, 2015). */
  public record Adam(double learningRate, double beta1, double beta2, double epsilon) {
    /**
     * The constants with which n + 1 updates have the effect of n updates with these, where n
     * updates are of the loss and one of a regulariser (Karras et al., 2020, appendix B).
     */
    public Adam withRegulariserEvery(int n) {
      double ratio = n / (n + 1.0);
      return new Adam(
          learningRate * ratio, Math.pow(beta1, ratio), Math.pow(beta2, ratio), epsilon);
    }
  }
}
