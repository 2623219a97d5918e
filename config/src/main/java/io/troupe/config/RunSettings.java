package io.troupe.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * All settings of a run, resolved and validated. Each component is one section of {@code
 * config/defaults.conf}, where units and allowed values are stated.
 *
 * @param preset the name of the preset that the run started from
 * @param seed the run's only source of randomness
 */
public record RunSettings(
    String preset,
    long seed,
    Dataset dataset,
    Augmentation augmentation,
    Network network,
    Training training,
    Ema ema,
    Evaluation evaluation,
    Sampling sampling,
    Checkpoints checkpoints,
    Prefetch prefetch,
    Journal journal,
    Tensorboard tensorboard,
    Supervision supervision,
    Control control,
    Compute compute) {

  /**
   * The pictures to learn from.
   *
   * @param kind the name of one of {@link Parts#datasets}
   * @param path folder, archive or file; empty for procedural datasets, and for those that {@code
   *     troupe fetch} has downloaded
   * @param images number of pictures of a procedural dataset
   * @param size side of an image folder's pictures, in pixels
   * @param cacheMb memory for an image folder's decoded pictures, in MiB
   * @param upright whether an image folder's pictures are turned as their cameras noted
   * @param patience how long an image folder may be away, in seconds
   * @param classOrder which label each class of an image folder gets
   */
  public record Dataset(
      String kind,
      Optional<Path> path,
      Split split,
      Labels labels,
      int images,
      int size,
      int cacheMb,
      boolean upright,
      int patience,
      ClassOrder classOrder) {}

  /** How the classes of an image folder are ordered by their names. */
  public enum ClassOrder {
    /** As numbers, if all names are whole numbers; else as texts. */
    NUMBERS,
    TEXTS
  }

  /** Which part of a dataset. */
  public enum Split {
    TRAIN,
    TEST
  }

  /** Which of CIFAR-100's two labels is the class. */
  public enum Labels {
    SUPERCLASS,
    FINE
  }

  /**
   * Random changes of the real pictures.
   *
   * @param brightness factor in [1 - brightness, 1 + brightness]
   * @param contrast factor in [1 - contrast, 1 + contrast]
   * @param saturation factor in [1 - saturation, 1 + saturation]
   * @param hue rotation in [-hue, hue] of a full turn
   * @param rounding what happens to fractions after each of these
   */
  public record Augmentation(
      boolean horizontalFlip,
      double brightness,
      double contrast,
      double saturation,
      double hue,
      Rounding rounding) {}

  /** What happens to fractions of a picture's levels, 0 to 255, after each change. */
  public enum Rounding {
    /** They are kept. */
    NONE("none"),
    /** They are cut, and all is computed as programs do that work on pictures of Pillow. */
    EIGHT_BIT("8-bit");

    private final String label;

    Rounding(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** Which pair of networks. */
  public enum NetworkKind {
    BIGGAN,
    DCGAN,
    STYLEGAN2
  }

  /** Which loss both networks minimise. */
  public enum Loss {
    HINGE,
    LOGISTIC
  }

  /**
   * Sizes and constants of the networks.
   *
   * @param latentSize length of z
   * @param generatorChannels of every stage, or in DCGAN and StyleGAN2 of the largest pictures
   * @param discriminatorChannels of every stage, or in DCGAN and StyleGAN2 of the largest pictures
   * @param initialDeviation standard deviation of the initial weights
   */
  public record Network(
      NetworkKind kind,
      int latentSize,
      int generatorChannels,
      int discriminatorChannels,
      double initialDeviation,
      double spectralNormEpsilon,
      double batchNormEpsilon,
      double batchNormMomentum,
      Biggan biggan,
      Stylegan2 stylegan2) {
    /** A network without the options that only BigGAN or only StyleGAN2 has. */
    public Network(
        NetworkKind kind,
        int latentSize,
        int generatorChannels,
        int discriminatorChannels,
        double initialDeviation,
        double spectralNormEpsilon,
        double batchNormEpsilon,
        double batchNormMomentum) {
      this(
          kind,
          latentSize,
          generatorChannels,
          discriminatorChannels,
          initialDeviation,
          spectralNormEpsilon,
          batchNormEpsilon,
          batchNormMomentum,
          Biggan.PLAIN,
          Stylegan2.COMPACT);
    }
  }

  /** How the initial weights of convolutions, linear layers and embeddings are drawn. */
  public enum Initialisation {
    /** Normal, with a deviation from the settings. */
    NORMAL,
    /** A matrix with orthonormal rows or columns (Saxe et al., 2014). */
    ORTHOGONAL,
    /** Uniform, with a bound from the numbers of inputs and outputs (Glorot and Bengio, 2010). */
    XAVIER
  }

  /**
   * What not every BigGAN has.
   *
   * @param hierarchical whether z is cut into chunks, one for each block
   * @param sharedEmbedding length of one class embedding that all norms share; 0 is a table for
   *     each norm
   * @param generatorAttention side of the pictures after whose block attention stands; 0 is none
   * @param discriminatorAttention the same in the discriminator
   */
  public record Biggan(
      boolean hierarchical,
      int sharedEmbedding,
      int generatorAttention,
      int discriminatorAttention,
      Initialisation initialisation,
      Quantiser quantiser) {
    /** BigGAN as published for CIFAR. */
    public static final Biggan PLAIN =
        new Biggan(false, 0, 0, 0, Initialisation.NORMAL, new Quantiser("", 10, 64, 0.9));
  }

  /**
   * Feature quantisation of the discriminator (Zhao et al., 2020).
   *
   * @param layers digits of the blocks after which a quantiser stands; empty is none
   * @param commitment weight of the distance to the nearest code
   * @param codes number of codes of a quantiser
   * @param decay share of the old code that a step keeps
   */
  public record Quantiser(String layers, double commitment, int codes, double decay) {}

  /** Which StyleGAN2. */
  public enum StyleDesign {
    /** Residual discriminator, bilinear doubling, a style for each size. */
    COMPACT,
    /** Plain discriminator, filtered doubling, a style for each layer, as published for CIFAR. */
    CIFAR
  }

  /**
   * What only StyleGAN2 has.
   *
   * @param styleSize length of a style, of the class's embedding and of the discriminator's
   *     features
   * @param mappingLayers layers from latent vector to style
   * @param mostChannels of any size: smaller pictures have twice as many, up to this
   * @param deviationGroup pictures of a group in minibatch deviation
   */
  public record Stylegan2(
      StyleDesign design,
      int styleSize,
      int mappingLayers,
      int mostChannels,
      int deviationGroup,
      DeviationGroups deviationGroups) {
    /** The small network. */
    public static final Stylegan2 COMPACT =
        new Stylegan2(StyleDesign.COMPACT, 512, 8, 512, 4, DeviationGroups.CONSECUTIVE);
  }

  /** Which pictures of a batch are a group in minibatch deviation. */
  public enum DeviationGroups {
    /** Neighbours. */
    CONSECUTIVE,
    /** Those whose places differ by multiples of the number of groups. */
    STRIDED
  }

  /** Which network of an iteration is updated first. */
  public enum First {
    DISCRIMINATOR,
    GENERATOR
  }

  /** How gradient penalty and path length update the networks. */
  public enum Regularisation {
    /** Their gradients are added to those of the loss. */
    ADDED,
    /** By an update of Adam of their own, after that of the loss. */
    SEPARATE
  }

  /**
   * The training loop.
   *
   * @param steps iterations to run in all; one is {@code discriminatorSteps} discriminator steps
   *     and one generator step
   * @param batch pictures of one discriminator or generator step
   * @param clipNorm largest norm of a network's gradient, to which longer ones are scaled; 0 is any
   * @param styleMixing share of generated pictures with styles of two latent vectors
   * @param sameFakes whether the generator step judges the last discriminator step's pictures
   */
  public record Training(
      long steps,
      int batch,
      int discriminatorSteps,
      Loss loss,
      double clipNorm,
      double styleMixing,
      First first,
      boolean sameFakes,
      Regularisation regularisation,
      Adam generator,
      Adam discriminator,
      GradientPenalty gradientPenalty,
      PathLength pathLength,
      DiffAugment diffAugment) {}

  /**
   * A penalty of the discriminator on real pictures: weight * E(‖gradient‖ - centre)².
   *
   * @param weight 0 is none
   * @param every it is computed in every so many discriminator steps, and counts as much more
   */
  public record GradientPenalty(double weight, double centre, int every) {}

  /**
   * Path length regularisation of the generator (Karras et al., 2020).
   *
   * @param weight 0 is none
   * @param decay share of the old value in the moving average of the lengths
   * @param every it is computed in every so many steps, and counts as much more
   * @param startStep the first step with it
   * @param batchShrink 0 is the pictures of the step; else pictures of new latent vectors, a batch
   *     over this
   */
  public record PathLength(
      double weight, double decay, int every, long startStep, int batchShrink) {}

  /** Which differentiable augmentations the discriminator sees pictures through. */
  public record DiffAugment(boolean color, boolean translation, boolean cutout) {}

  /** Adam's constants (Kingma and Ba, 2015). */
  public record Adam(double learningRate, double beta1, double beta2, double epsilon) {
    /**
     * The constants with which n + 1 updates go as far, and remember as long, as n with these: for
     * n updates of the loss and one of a regulariser (Karras et al., 2020, appendix B).
     */
    public Adam withRegulariserEvery(int n) {
      double ratio = n / (n + 1.0);
      return new Adam(
          learningRate * ratio, Math.pow(beta1, ratio), Math.pow(beta2, ratio), epsilon);
    }
  }

  /** What the average of the generator does with states, such as StyleGAN2's mean style. */
  public enum AverageStates {
    /** They are averaged like parameters. */
    AVERAGED,
    /** They are the newest ones. */
    COPIED
  }

  /** Which pictures a ramp of the average counts. */
  public enum RampPictures {
    /** Those before the step and those of it. */
    WITH_STEP,
    /** Those before the step. */
    BEFORE_STEP
  }

  /**
   * The exponential moving average of the generator.
   *
   * @param decay share of the old average that a step keeps, unless there is a half-life
   * @param startStep before this step the average is a plain copy
   * @param halfLife pictures after which half of the old average is left; 0: decay counts
   * @param ramp the half-life is at most this share of the pictures so far; 0 is no limit
   */
  public record Ema(
      double decay,
      long startStep,
      long halfLife,
      double ramp,
      RampPictures rampPictures,
      AverageStates states) {
    /** An average of parameters and states alike, whose ramp counts the step's pictures. */
    public Ema(double decay, long startStep, long halfLife, double ramp) {
      this(decay, startStep, halfLife, ramp, RampPictures.WITH_STEP, AverageStates.AVERAGED);
    }

    /**
     * Share of the old average that a step keeps.
     *
     * @param step from 1
     * @param batch pictures of a generator step
     */
    public double decayAt(long step, int batch) {
      if (halfLife == 0) {
        return decay;
      }
      long counted = rampPictures == RampPictures.BEFORE_STEP ? step - 1 : step;
      double life =
          ramp == 0
              ? (double) halfLife
              : Math.min((double) halfLife, (double) counted * batch * ramp);
      // With no pictures yet nothing of the old average is left: 0.5 to infinity.
      return Math.pow(0.5, batch / life);
    }
  }

  /** Which statistics batch norm uses when pictures are made for people or for scores. */
  public enum BatchNormMode {
    /** Those of the batch itself, as BigGAN's authors evaluate. */
    BATCH,
    /** The running ones, so that a picture does not depend on its neighbours. */
    RUNNING
  }

  /** What turns pictures into features that scores are computed from. */
  public enum ExtractorKind {
    /** Inception if its weights are there, else the classifier for 32x32, else random. */
    AUTO,
    /** The Inception network that FID is defined with. */
    INCEPTION,
    /** The embedded classifier of CIFAR-100's superclasses, for 32x32. */
    CIFAR,
    /** Random convolutions. */
    RANDOM
  }

  /**
   * Scores computed while training goes on.
   *
   * @param every steps between evaluations; 0 is only on request
   * @param images generated pictures of one evaluation
   * @param realImages real pictures, spread over the dataset; 0 is as many as generated ones, or
   *     all
   * @param batch pictures generated at a time
   * @param weights the extractor's file; empty is where {@code troupe fetch} puts it
   * @param metrics names with commas between
   * @param tsneImages pictures of each side in the plot of features; 0 is no plot
   */
  public record Evaluation(
      long every,
      int images,
      int realImages,
      int batch,
      BatchNormMode batchNorm,
      ExtractorKind extractor,
      Optional<Path> weights,
      String metrics,
      int tsneImages) {}

  /**
   * Sample grids.
   *
   * @param every steps between grids; 0 is only on request
   * @param perClass pictures of each class
   * @param classGrids pictures of each class in a grid of its own; 0 is no such grids
   */
  public record Sampling(long every, int perClass, int classGrids, BatchNormMode batchNorm) {}

  /**
   * Checkpoints.
   *
   * @param every steps between checkpoints; 0 is only on request and at the end
   * @param keep newest files kept
   * @param best the score by which the best evaluated checkpoint is kept too: one of a metric's
   *     {@link MetricChoice#rankings}, or {@link #NO_SCORE}
   */
  public record Checkpoints(long every, int keep, String best) {
    /** No checkpoint is kept because of its score. */
    public static final String NO_SCORE = "none";

    /** Whether the best evaluated checkpoint is kept. */
    public boolean keepsBest() {
      return !best.equals(NO_SCORE);
    }
  }

  /**
   * Data prefetching.
   *
   * @param batches iterations' worth of pictures that are made ahead
   * @param workers augmenting actors
   */
  public record Prefetch(int batches, int workers) {}

  /**
   * The event journal.
   *
   * @param every steps between step events
   */
  public record Journal(long every) {}

  /**
   * Event files for TensorBoard.
   *
   * @param enabled whether they are written
   */
  public record Tensorboard(boolean enabled) {}

  /**
   * What happens on failures.
   *
   * @param maxRollbacks returns to the newest good checkpoint before the run fails
   * @param failedMinutes how long the daemon of a failed run stays up
   */
  public record Supervision(int maxRollbacks, int failedMinutes) {}

  /**
   * The control server.
   *
   * @param port 0 picks a free one, {@link #ANY_PORT} takes the usual one if it is free
   * @param token required of every request when host is not loopback
   */
  public record Control(String host, int port, Optional<String> token) {
    /** Port 8087, or a free one if that is taken. */
    public static final int ANY_PORT = -1;
  }

  /** Number formats of training. */
  public enum Precision {
    FLOAT32
  }

  /**
   * Compute resources.
   *
   * @param threads threads of one native operation; 0 is one per core
   * @param memoryMb the most that a step's intermediate results may take, in MiB; 0 is any
   */
  public record Compute(int threads, Precision precision, int memoryMb) {}
}
