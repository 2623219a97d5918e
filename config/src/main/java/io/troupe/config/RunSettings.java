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
    Supervision supervision,
    Control control,
    Compute compute) {

  /**
   * The pictures to learn from.
   *
   * @param path folder, archive or file; empty for procedural datasets, and for those that {@code
   *     troupe fetch} has downloaded
   * @param images number of pictures of a procedural dataset
   * @param size side of an image folder's pictures, in pixels
   * @param cacheMb memory for an image folder's decoded pictures, in MiB
   */
  public record Dataset(
      DatasetKind kind,
      Optional<Path> path,
      Split split,
      Labels labels,
      int images,
      int size,
      int cacheMb) {}

  /** Which dataset. */
  public enum DatasetKind {
    SHAPES,
    CIFAR100,
    CIFAR10,
    IMAGE_FOLDER,
    NPZ
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
   */
  public record Augmentation(
      boolean horizontalFlip, double brightness, double contrast, double saturation, double hue) {}

  /** Which pair of networks. */
  public enum NetworkKind {
    BIGGAN,
    DCGAN
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
   * @param generatorChannels of every stage, or in DCGAN of the largest pictures
   * @param discriminatorChannels of every stage, or in DCGAN of the largest pictures
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
      double batchNormMomentum) {}

  /**
   * The training loop.
   *
   * @param steps iterations to run in all; one is {@code discriminatorSteps} discriminator steps
   *     and one generator step
   * @param batch pictures of one discriminator or generator step
   */
  public record Training(
      long steps,
      int batch,
      int discriminatorSteps,
      Loss loss,
      Adam generator,
      Adam discriminator,
      GradientPenalty gradientPenalty) {}

  /**
   * A penalty of the discriminator on real pictures: weight * E(‖gradient‖ - centre)².
   *
   * @param weight 0 is none
   * @param every it is computed in every so many discriminator steps, and counts as much more
   */
  public record GradientPenalty(double weight, double centre, int every) {}

  /** Adam's constants (Kingma and Ba, 2015). */
  public record Adam(double learningRate, double beta1, double beta2, double epsilon) {}

  /**
   * The exponential moving average of the generator.
   *
   * @param startStep before this step the average is a plain copy
   */
  public record Ema(double decay, long startStep) {}

  /** Which statistics batch norm uses when pictures are made for people or for scores. */
  public enum BatchNormMode {
    /** Those of the batch itself, as BigGAN's authors evaluate. */
    BATCH,
    /** The running ones, so that a picture does not depend on its neighbours. */
    RUNNING
  }

  /**
   * Scores computed while training goes on.
   *
   * @param every steps between evaluations; 0 is only on request
   * @param images generated (and at most as many real) pictures of one evaluation
   * @param batch pictures generated at a time
   */
  public record Evaluation(long every, int images, int batch, BatchNormMode batchNorm) {}

  /**
   * Sample grids.
   *
   * @param every steps between grids; 0 is only on request
   * @param perClass pictures of each class
   */
  public record Sampling(long every, int perClass, BatchNormMode batchNorm) {}

  /**
   * Checkpoints.
   *
   * @param every steps between checkpoints; 0 is only on request and at the end
   * @param keep newest files kept
   */
  public record Checkpoints(long every, int keep) {}

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
   * What happens on failures.
   *
   * @param maxRollbacks returns to the newest good checkpoint before the run fails
   */
  public record Supervision(int maxRollbacks) {}

  /**
   * The control server.
   *
   * @param port 0 picks a free one
   * @param token required of every request when host is not loopback
   */
  public record Control(String host, int port, Optional<String> token) {}

  /**
   * Compute resources.
   *
   * @param threads threads of one native operation; 0 is one per core
   */
  public record Compute(int threads) {}
}
