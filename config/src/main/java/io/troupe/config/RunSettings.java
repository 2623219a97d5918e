package io.troupe.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a run, resolved and validated. Each component is a section of {@code
 * config/defaults.conf}, where units and allowed values are stated. The longer ones have files of
 * their own.
 *
 * @param preset the name of the preset that the run started from
 * @param seed the run's only source of randomness
 */
public record RunSettings(
    String preset,
    long seed,
    DatasetSettings dataset,
    Augmentation augmentation,
    NetworkSettings network,
    InitFrom initFrom,
    TrainingSettings training,
    EmaSettings ema,
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
    RANDOM,
    /** A network of one's own, in DeepLearning4J's or Keras' format. */
    DL4J
  }

  /** In which order a network takes the colours of a picture. */
  public enum ChannelOrder {
    /** Red first. */
    RGB,
    /** Blue first, as networks that were trained by Caffe. */
    BGR
  }

  /**
   * Scores computed while training goes on.
   *
   * @param every steps between evaluations; 0 is only on request
   * @param images generated images per evaluation
   * @param realImages real images, spread over the dataset; 0 is as many as generated ones, or all
   *     if there are fewer
   * @param batch images generated at a time
   * @param device where they are generated, as {@link Compute#device}; {@link #SAME} is there too
   * @param weights the extractor's file; empty is where {@code troupe fetch} puts it
   * @param layer of a network of one's own, whose output is compared
   * @param inputSize height and width that such a network takes, in pixels; 0 is what its file says
   * @param inputOrder of the colours that it takes
   * @param inputMean what is subtracted from levels from 0 to 255: a number, or three with commas
   *     between, in the network's order; empty, as the next, is 0
   * @param inputDeviation what the difference is divided by; empty is 255
   * @param metrics names with commas between
   * @param tsneImages real and generated images each in the plot of features; 0 is no plot
   */
  public record Evaluation(
      long every,
      int images,
      int realImages,
      int batch,
      String device,
      BatchNormMode batchNorm,
      ExtractorKind extractor,
      Optional<Path> weights,
      String layer,
      int inputSize,
      ChannelOrder inputOrder,
      String inputMean,
      String inputDeviation,
      String metrics,
      int tsneImages) {
    /** Where training computes. */
    public static final String SAME = "same";

    /** Whether a step is evaluated without that anybody asks. */
    public boolean isDueAt(long step) {
      return every > 0 && step % every == 0;
    }

    /** What {@link ExtractorKind#DL4J} takes of its network. */
    public FeatureNetwork featureNetwork() {
      return new FeatureNetwork(layer, inputSize, inputOrder, inputMean, inputDeviation);
    }
  }

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
   * @param stalledMinutes how long a running run may make no step; 0 is for ever
   * @param stalledExit whether the process ends then
   */
  public record Supervision(
      int maxRollbacks,
      int failedMinutes,
      int stalledMinutes,
      boolean stalledExit,
      CollapseSettings collapse) {
    /** How long a running run may make no step; zero is for ever. */
    public Duration stalled() {
      return Duration.ofMinutes(stalledMinutes);
    }
  }

  /**
   * The control server.
   *
   * @param port 0 picks a free one, {@link #ANY_PORT} takes the usual one if it is free
   * @param token required of every request when host is not loopback
   * @param tokenFile that holds the token
   */
  public record Control(
      String host, int port, Optional<String> token, Optional<Path> tokenFile, Tls tls) {
    /** Port 8087, or a free one if that is taken. */
    public static final int ANY_PORT = -1;

    /** Without files. */
    public Control(String host, int port, Optional<String> token) {
      this(host, port, token, Optional.empty(), Tls.NONE);
    }
  }

  /**
   * Encryption of a server's connections; both files, or neither.
   *
   * @param certificate PEM file with the server's certificate and those that certify it
   * @param key PEM file with its private key
   */
  public record Tls(Optional<Path> certificate, Optional<Path> key) {
    /** Plain HTTP. */
    public static final Tls NONE = new Tls(Optional.empty(), Optional.empty());
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
   * @param engine what runs the graphs of training, of the average and of sample pictures
   * @param device where it runs them: {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param threads threads of one native operation; 0 is one per core
   * @param bfloat16 how mixed precision multiplies: {@link #AUTO}, or what a machine chose
   * @param tf32 whether a GPU may round what it multiplies in float32 to ten bits
   * @param memoryMb limit of the memory for a step's intermediate results, in MiB; 0 is none
   */
  public record Compute(
      Engine engine,
      String device,
      int threads,
      Precision precision,
      String bfloat16,
      boolean tf32,
      int memoryMb) {
    /** What runs graphs. */
    public enum Engine {
      /** Our own, for CPUs. */
      NATIVE,
      /** PyTorch's library, which is there in builds with it only. */
      TORCH
    }

    /** What is fastest where the run begins. */
    public static final String AUTO = "auto";

    /** As in float32. */
    public static final String PORTABLE = "portable";

    /** The precision, and if it is mixed how it multiplies; and what computes, if that is torch. */
    public String described() {
      String name = ValueReader.name(precision);
      if (engine == Engine.TORCH) {
        return "%s, torch on %s".formatted(name, device);
      }
      return precision == Precision.MIXED ? name + ", " + bfloat16 : name;
    }

    /** The same with another precision. */
    public Compute with(Precision chosen, String how) {
      return new Compute(engine, device, threads, chosen, how, tf32, memoryMb);
    }
  }
}
