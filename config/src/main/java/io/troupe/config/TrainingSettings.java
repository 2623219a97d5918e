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
    Lecam lecam,
    TopK topK,
    BurnIn burnIn) {
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
   * A penalty on the discriminator's gradient at images: weight * E(‖gradient‖ - centre)².
   *
   * @param weight 0 is none
   * @param every discriminator steps from one computation to the next; multiplies the penalty
   */
  public record GradientPenalty(double weight, double centre, int every, PenalisedImages images) {
    /** At real images. */
    public GradientPenalty(double weight, double centre, int every) {
      this(weight, centre, every, PenalisedImages.REAL);
    }

    private GradientPenalty times(double factor) {
      return new GradientPenalty(weight * factor, centre, every, images);
    }
  }

  /** At which images the discriminator's gradient is penalised. */
  public enum PenalisedImages {
    /** Real ones, as by R1. */
    REAL,
    /** Real and generated ones, as by R1 and R2, each with the weight. */
    BOTH
  }

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
    private Ada withProbability(double other) {
      return new Ada(blit, geometry, color, cutout, other, target, images, every);
    }

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

  /**
   * Top-k training (Sinha et al., 2020): the generator learns from the most convincing of its
   * images alone.
   *
   * @param share of images that it learns from in the end, the publication's nu; 1 is all of them
   * @param decay what the share is multiplied by until then, its gamma
   * @param images real images of training from one multiplication to the next
   */
  public record TopK(double share, double decay, long images) {
    /** Whether there will be images that the generator does not learn from. */
    public boolean isWanted() {
      return share < 1;
    }

    /** Whether there will be such among as many as are computed at once. */
    public boolean chooses(int at) {
      return count(at, Long.MAX_VALUE) < at;
    }

    /**
     * How many images of some the generator learns from.
     *
     * @param at how many images there are
     * @param after how many real images of training
     */
    public int count(int at, long after) {
      long times = after / images;
      double reached = Math.max(share, Math.pow(decay, (double) times));
      return (int) Math.max(1, Math.round(at * reached));
    }
  }

  /**
   * Other constants at the beginning, which become those of the settings by half a cosine.
   *
   * @param images real images of training until they are; 0 is no burn-in
   * @param learningRateFactor the learning rates begin with so many times their settings
   * @param beta2 what those of both optimisers begin with
   * @param penaltyFactor the gradient penalty's weight begins with so many times its setting
   */
  public record BurnIn(long images, double learningRateFactor, double beta2, double penaltyFactor) {
    /** Always the settings' own. */
    public static final BurnIn NONE = new BurnIn(0, 1, 0.9, 1);

    /** How far a burn-in of some images is after others: from 0 to 1. */
    static double progress(double after, long images) {
      return after >= images ? 1 : (1 - Math.cos(Math.PI * after / images)) / 2;
    }

    private static double factor(double first, double progress) {
      return first + (1 - first) * progress;
    }
  }

  /**
   * The settings as they hold in a step: those of the burn-in are other ones in the beginning, and
   * the probability of adaptive augmentation rises from 0 if nothing adapts it.
   *
   * @param step from 1
   */
  public TrainingSettings at(long step) {
    double progress = BurnIn.progress((double) (step - 1) * imagesPerStep(), burnIn.images());
    if (progress == 1) {
      return this;
    }
    return new TrainingSettings(
        steps,
        batch,
        microBatch,
        discriminatorSteps,
        loss,
        clipNorm,
        styleMixing,
        first,
        sameFakes,
        freezeD,
        regularisation,
        generator.burningIn(burnIn, progress),
        discriminator.burningIn(burnIn, progress),
        gradientPenalty.times(BurnIn.factor(burnIn.penaltyFactor(), progress)),
        pathLength,
        diffAugment,
        ada.isAdaptive() ? ada : ada.withProbability(ada.probability() * progress),
        consistency,
        lecam,
        topK,
        burnIn);
  }

  /** Adam's constants (Kingma and Ba, 2015). */
  public record Adam(double learningRate, double beta1, double beta2, double epsilon) {
    private Adam burningIn(BurnIn burnIn, double progress) {
      return new Adam(
          learningRate * BurnIn.factor(burnIn.learningRateFactor(), progress),
          beta1,
          burnIn.beta2() + (beta2 - burnIn.beta2()) * progress,
          epsilon);
    }

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
