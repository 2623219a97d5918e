package io.troupe.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * All settings of a run, resolved and validated. Each component is a section of {@code
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
    InitFrom initFrom,
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
  /** A number that the program is still to choose, written {@code auto}. */
  public static final int AUTO = Integer.MIN_VALUE;

  /** The same with other compute resources. */
  public RunSettings with(Compute other) {
    return with(initFrom, other);
  }

  /** The same with networks that begin with other values. */
  public RunSettings with(InitFrom other) {
    return with(other, compute);
  }

  private RunSettings with(InitFrom otherValues, Compute otherCompute) {
    return new RunSettings(
        preset,
        seed,
        dataset,
        augmentation,
        network,
        otherValues,
        training,
        ema,
        evaluation,
        sampling,
        checkpoints,
        prefetch,
        journal,
        tensorboard,
        supervision,
        control,
        otherCompute);
  }

  /**
   * The images to learn from.
   *
   * @param kind the name of one of {@link Parts#datasets}
   * @param path folder, archive or file; empty for procedural datasets, and for those that {@code
   *     troupe fetch} has downloaded
   * @param labels which labels are the classes
   * @param channels of the images, 3 for RGB and 1 for grey; 0 is what they have
   * @param images number of images of a procedural dataset
   * @param size side in pixels of the squares that image files are made
   * @param fit how an image becomes a square
   * @param filter with which it is scaled
   * @param cache where decoded image files are kept
   * @param cacheMb memory for decoded image files, in MiB
   * @param upright whether image files are rotated as their EXIF orientation says
   * @param patience how long to wait for image files that cannot be read, in seconds
   * @param classOrder how classes are sorted and then numbered
   * @param floatRange of images that are floats
   * @param nested whether images deeper in a class's folder belong to the class
   */
  public record Dataset(
      String kind,
      Optional<Path> path,
      Split split,
      Labels labels,
      int channels,
      int images,
      int size,
      Fit fit,
      Filter filter,
      Cache cache,
      int cacheMb,
      boolean upright,
      int patience,
      ClassOrder classOrder,
      FloatRange floatRange,
      boolean nested) {}

  /** What images that are floats range over, from black to white. */
  public enum FloatRange {
    /** As they show by themselves. */
    AUTO,
    ZERO_TO_ONE,
    MINUS_ONE_TO_ONE
  }

  /** Where decoded image files are kept. */
  public enum Cache {
    /** In a file that all runs share. */
    DISK,
    /** In the JVM's memory, if there is room for all. */
    MEMORY
  }

  /** How an image of any size becomes a square. */
  public enum Fit {
    /** The shorter side is scaled, and the square in the centre is cut out. */
    CROP,
    /** The longer side is scaled, and the rest is black. */
    PAD,
    /** Both sides are scaled, whatever becomes of proportions. */
    STRETCH
  }

  /** How images are scaled; shrinking averages, so that no detail turns into a false pattern. */
  public enum Filter {
    BILINEAR,
    BICUBIC,
    LANCZOS,
    /** The mean of the area that a pixel covers; Pillow's box. */
    AREA
  }

  /** How classes are sorted by their names. */
  public enum ClassOrder {
    /** As numbers if all names are whole numbers, otherwise as texts. */
    NUMBERS,
    TEXTS
  }

  /** Which split of a dataset. */
  public enum Split {
    TRAIN,
    TEST
  }

  /** Which labels are the classes. */
  public enum Labels {
    /** Those that the dataset has; of CIFAR-100's two the coarser one. */
    SUPERCLASS,
    /** CIFAR-100's finer ones. */
    FINE,
    /** None: all images are one class. */
    NONE
  }

  /**
   * Augmentation of the real images.
   *
   * @param brightness factor in [1 - brightness, 1 + brightness]
   * @param contrast factor in [1 - contrast, 1 + contrast]
   * @param saturation factor in [1 - saturation, 1 + saturation]
   * @param hue rotation in [-hue, hue] of a full turn
   * @param rounding how values are rounded after each of these
   */
  public record Augmentation(
      boolean horizontalFlip,
      double brightness,
      double contrast,
      double saturation,
      double hue,
      Rounding rounding) {}

  /** How an image's values, 0 to 255, are rounded after each change. */
  public enum Rounding {
    /** Not at all. */
    NONE("none"),
    /** Down to whole numbers, with the arithmetic of Pillow. */
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

  /**
   * Sizes and constants of the networks.
   *
   * @param kind the name of one of {@link Parts#networks}
   * @param latentSize length of z
   * @param generatorChannels channels of every stage; in DCGAN and StyleGAN2, of the highest
   *     resolution
   * @param discriminatorChannels as {@code generatorChannels}
   * @param initialDeviation standard deviation of the initial weights
   */
  public record Network(
      String kind,
      int latentSize,
      int generatorChannels,
      int discriminatorChannels,
      double initialDeviation,
      double spectralNormEpsilon,
      double batchNormEpsilon,
      double batchNormMomentum,
      Biggan biggan,
      Dcgan dcgan,
      Stylegan2 stylegan2) {
    /**
     * Whether a setting of these is true, by its whole key, e.g. {@code network.dcgan.conditional}.
     */
    public boolean isOn(String key) {
      return "true".equals(SettingsWriter.values("network", this).get(key));
    }

    /** A network with the default options of each kind. */
    public Network(
        String kind,
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
          Dcgan.PLAIN,
          Stylegan2.COMPACT);
    }
  }

  /** How the initial weights of convolutions, linear layers and embeddings are drawn. */
  public enum Initialisation {
    /** Normal, with the deviation that is set. */
    NORMAL,
    /** A matrix with orthonormal rows or columns (Saxe et al., 2014). */
    ORTHOGONAL,
    /** Uniform, within a bound that depends on fan-in and fan-out (Glorot and Bengio, 2010). */
    XAVIER
  }

  /**
   * Options of BigGAN.
   *
   * @param hierarchical whether z is split into chunks, one for each block
   * @param sharedEmbedding size of the class embedding that all norms share; with 0 each norm has
   *     its own table
   * @param generatorAttention resolution of the block that self-attention follows; 0 is none
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
   * @param layers digits of the blocks that a quantiser follows; empty is none
   * @param commitment weight of the distance to the nearest code
   * @param codes number of codes per quantiser
   * @param decay of the codes' moving average, per step
   */
  public record Quantiser(String layers, double commitment, int codes, double decay) {}

  /**
   * Options of DCGAN.
   *
   * @param conditional whether both networks are told the classes; with a single one they are not
   */
  public record Dcgan(boolean conditional) {
    /** As published. */
    public static final Dcgan PLAIN = new Dcgan(false);
  }

  /** Which StyleGAN2. */
  public enum StyleDesign {
    /** Residual discriminator, bilinear upsampling, one style per resolution. */
    COMPACT,
    /** Plain discriminator, filtered upsampling, one style per layer, as published for CIFAR. */
    CIFAR,
    /** As for CIFAR, with a residual discriminator, as published for larger images. */
    RESIDUAL
  }

  /**
   * Options of StyleGAN2.
   *
   * @param styleSize size of a style, of a class embedding and of the discriminator's features
   * @param mappingLayers layers of the mapping network
   * @param mostChannels upper limit: channels double with each halving of the resolution up to it
   * @param deviationGroup images per group of the minibatch standard deviation
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

  /** Which images of a batch form a group of the minibatch standard deviation. */
  public enum DeviationGroups {
    /** Neighbours. */
    CONSECUTIVE,
    /** Every n-th, where n is the number of groups. */
    STRIDED
  }

  /**
   * The checkpoint whose values a new run's networks begin with, as far as they fit.
   *
   * @param checkpoint empty if all begin with random values
   * @param sha256 of the checkpoint's values, in hexadecimal; empty until the run begins
   * @param adam whether the optimisers' moments are taken too
   */
  public record InitFrom(Optional<Path> checkpoint, String sha256, boolean adam) {
    /** Random values. */
    public static final InitFrom NOTHING = new InitFrom(Optional.empty(), "", false);
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
   * The training loop.
   *
   * @param steps iterations in total; each is {@code discriminatorSteps} discriminator steps and
   *     one generator step
   * @param batch images per discriminator or generator step
   * @param microBatch how many of them are computed at once, a divisor of the batch; 0 is all; or
   *     {@link #AUTO}, which a run's start replaces by what fits the memory
   * @param loss the name of one of {@link Parts#losses}
   * @param clipNorm largest norm of a network's gradient; larger ones are scaled down; 0 is no
   *     limit
   * @param styleMixing share of generated images with styles of two latent vectors
   * @param sameFakes whether the generator step uses the last discriminator step's images again
   * @param freezeD how many of the discriminator's blocks are not trained, from the images on
   */
  public record Training(
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
      DiffAugment diffAugment) {
    /** The micro-batch that is the whole batch. */
    public static final int WHOLE_BATCH = 0;

    /** Real images that a step takes. */
    public int imagesPerStep() {
      return batch * discriminatorSteps;
    }

    /** Images that are computed at once: the whole batch, unless a smaller number is chosen. */
    public int imagesAtOnce() {
      return microBatch == WHOLE_BATCH || microBatch == AUTO ? batch : microBatch;
    }
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

  /** What the average of the generator does with states, such as StyleGAN2's mean style. */
  public enum AverageStates {
    /** They are averaged like parameters. */
    AVERAGED,
    /** They are copied from the newest generator. */
    COPIED
  }

  /** Which images a ramp of the average counts. */
  public enum RampPictures {
    /** Those up to and including the step. */
    WITH_STEP,
    /** Those before the step. */
    BEFORE_STEP
  }

  /**
   * The exponential moving average of the generator.
   *
   * @param decay per step, unless there is a half-life
   * @param startStep before this step the average is a plain copy
   * @param halfLife in images; 0 uses {@code decay}
   * @param ramp the half-life is at most this share of the images so far; 0 is no limit
   */
  public record Ema(
      double decay,
      long startStep,
      long halfLife,
      double ramp,
      RampPictures rampPictures,
      AverageStates states) {
    /** An average of parameters and states alike, whose ramp counts the step's images. */
    public Ema(double decay, long startStep, long halfLife, double ramp) {
      this(decay, startStep, halfLife, ramp, RampPictures.WITH_STEP, AverageStates.AVERAGED);
    }

    /**
     * The decay in a step: which share of the old average it keeps.
     *
     * @param step from 1
     * @param batch images of a generator step
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
      // Before there are images nothing of the old average is kept: 0.5 to the power of infinity.
      return Math.pow(0.5, batch / life);
    }
  }

  /** Which statistics batch norm uses when images are generated for people or for scores. */
  public enum BatchNormMode {
    /** Those of the batch itself, as BigGAN's authors evaluate. */
    BATCH,
    /** The running ones, so that an image does not depend on the others of its batch. */
    RUNNING
  }

  /** What turns images into the features that scores are computed from. */
  public enum ExtractorKind {
    /** Inception if its weights are there; otherwise the classifier for 32x32, or random. */
    AUTO,
    /** The Inception network that FID is defined with. */
    INCEPTION,
    /** The built-in classifier of CIFAR-100's superclasses, for 32x32. */
    CIFAR,
    /** Random convolutions. */
    RANDOM
  }

  /**
   * Scores computed while training goes on.
   *
   * @param every steps between evaluations; 0 is only on request
   * @param images generated images per evaluation
   * @param realImages real images, spread over the dataset; 0 is as many as generated ones, or all
   *     if there are fewer
   * @param batch images generated at a time
   * @param weights the extractor's file; empty is where {@code troupe fetch} puts it
   * @param metrics names with commas between
   * @param tsneImages real and generated images each in the plot of features; 0 is no plot
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
   * @param perClass images of each class
   * @param classGrids images per class in a grid for each class alone; 0 is no such grids
   */
  public record Sampling(long every, int perClass, int classGrids, BatchNormMode batchNorm) {}

  /**
   * Checkpoints.
   *
   * @param every steps between checkpoints; 0 is only on request and at the end
   * @param keep how many of the newest files are kept
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
   * @param batches how many iterations' images are prepared ahead
   * @param workers actors that prepare them
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
   * @param maxRollbacks how often a run returns to its newest good checkpoint before it fails
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
    FLOAT32,
    /** Convolutions and matrix products of bfloat16 numbers, and such numbers between them. */
    MIXED,
    /** What is faster where the run begins. */
    AUTO
  }

  /**
   * Compute resources.
   *
   * @param threads threads of one native operation; 0 is one per core
   * @param bfloat16 how mixed precision multiplies: {@link #AUTO}, or what a machine chose
   * @param memoryMb limit of the memory for a step's intermediate results, in MiB; 0 is none
   */
  public record Compute(int threads, Precision precision, String bfloat16, int memoryMb) {
    /** What is fastest where the run begins. */
    public static final String AUTO = "auto";

    /** As in float32. */
    public static final String PORTABLE = "portable";

    /** The precision, and if it is mixed how it multiplies. */
    public String described() {
      String name = ValueReader.name(precision);
      return precision == Precision.MIXED ? name + ", " + bfloat16 : name;
    }

    /** The same with another precision. */
    public Compute with(Precision chosen, String how) {
      return new Compute(threads, chosen, how, memoryMb);
    }
  }
}
