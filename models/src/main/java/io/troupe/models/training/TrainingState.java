package io.troupe.models.training;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.LogitMeans;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Everything that training continues from: the flat vectors of both networks and their optimisers,
 * the generator's moving average, and how far training is. Owns its off-heap memory, which is as
 * large as the networks and is reused from save to save.
 */
public final class TrainingState implements AutoCloseable {
  private static final String GENERATOR = "generator";
  private static final String DISCRIMINATOR = "discriminator";
  private static final String AVERAGE = "generator.average";

  /**
   * How far training is.
   *
   * @param step the last finished iteration; 0 before the first
   * @param generatorUpdates Adam updates of the generator
   * @param discriminatorUpdates Adam updates of the discriminator
   * @param redraws how often the latent vectors were drawn anew after a divergence
   * @param adaptation of adaptive augmentation
   * @param logits moving averages of logits, for a penalty that reads them
   */
  public record Progress(
      long step,
      long generatorUpdates,
      long discriminatorUpdates,
      int redraws,
      Adaptation adaptation,
      LogitMeans logits) {
    /** Without adaptive augmentation and averages of logits, or before they began. */
    public Progress(long step, long generatorUpdates, long discriminatorUpdates, int redraws) {
      this(
          step,
          generatorUpdates,
          discriminatorUpdates,
          redraws,
          Adaptation.START,
          LogitMeans.START);
    }

    /** The same with another count of redraws. */
    public Progress withRedraws(int count) {
      return new Progress(step, generatorUpdates, discriminatorUpdates, count, adaptation, logits);
    }
  }

  /**
   * Where adaptive augmentation is.
   *
   * @param probability of augmentations, at least 0
   * @param signs how many logits of real images were above 0, less those below, since the
   *     probability was last adapted
   * @param images how many of these there were
   */
  public record Adaptation(double probability, long signs, long images) {
    /** Where it begins. */
    public static final Adaptation START = new Adaptation(0, 0, 0);

    /** Checks it, since it may be read from a file. */
    public Adaptation {
      if (!(probability >= 0 && probability < Double.POSITIVE_INFINITY)
          || images < 0
          || Math.abs(signs) > images) {
        throw new IllegalArgumentException(
            "a probability of augmentations of %s after %d of %d signs"
                .formatted(probability, signs, images));
      }
    }
  }

  private final ImageSpec spec;
  private final Map<String, FloatVector> vectors = new LinkedHashMap<>();
  private Progress progress = new Progress(0, 0, 0, 0);

  /** A state of zeros that fits a training. */
  public TrainingState(GanTraining training) {
    spec = training.spec();
    allocate(GENERATOR, training.generator().values().layout());
    allocate(DISCRIMINATOR, training.discriminator().values().layout());
    vectors.put(AVERAGE, training.generator().values().floats().like());
  }

  /** A state of zeros for networks that no training is made of. */
  public TrainingState(NetworkLayouts layouts, ImageSpec spec) {
    this.spec = spec;
    allocate(GENERATOR, layouts.generator());
    allocate(DISCRIMINATOR, layouts.discriminator());
    vectors.put(AVERAGE, FloatVector.zeros(layouts.generator().length()));
  }

  /**
   * Gives the networks and the average the values that a training begins with.
   *
   * @param seed the run's
   */
  public void initialise(NetworkLayouts layouts, long seed) {
    initialise(layouts.generator(), seed, StepPrograms.GENERATOR_ID, vectors.get(GENERATOR));
    average().assign(vectors.get(GENERATOR));
    initialise(
        layouts.discriminator(), seed, StepPrograms.DISCRIMINATOR_ID, vectors.get(DISCRIMINATOR));
  }

  private static void initialise(
      ParameterLayout layout, long seed, int network, FloatVector target) {
    try (ParameterVector values = new ParameterVector(layout, DataType.FLOAT)) {
      values.initialise(seed, network);
      target.assign(values.floats());
    }
  }

  private void allocate(String name, ParameterLayout layout) {
    vectors.put(name, FloatVector.zeros(layout.length()));
    vectors.put(name + ".adam.first", FloatVector.zeros(layout.trainableLength()));
    vectors.put(name + ".adam.second", FloatVector.zeros(layout.trainableLength()));
  }

  /** Copies the networks and optimisers of a training; the average stays as it is. */
  public void copyFrom(GanTraining training, long step) {
    copyFrom(GENERATOR, training.generator());
    copyFrom(DISCRIMINATOR, training.discriminator());
    progress =
        new Progress(
            step,
            training.generator().adam().updates(),
            training.discriminator().adam().updates(),
            training.redraws(),
            training.adaptation(),
            training.logitMeans());
  }

  private void copyFrom(String name, TrainedNetwork network) {
    vectors.get(name).assign(network.values().floats());
    vectors.get(name + ".adam.first").assign(network.adam().firstMoments());
    vectors.get(name + ".adam.second").assign(network.adam().secondMoments());
  }

  /** Puts a training where this state was taken. */
  public void copyInto(GanTraining training) {
    copyInto(GENERATOR, training.generator(), progress.generatorUpdates());
    copyInto(DISCRIMINATOR, training.discriminator(), progress.discriminatorUpdates());
    training.setRedraws(progress.redraws());
    training.restore(progress.adaptation());
    training.restore(progress.logits());
  }

  private void copyInto(String name, TrainedNetwork network, long updates) {
    network.values().floats().assign(vectors.get(name));
    network.adam().firstMoments().assign(vectors.get(name + ".adam.first"));
    network.adam().secondMoments().assign(vectors.get(name + ".adam.second"));
    network.adam().restoreUpdates(updates);
  }

  /** The images that the networks are made for. */
  public ImageSpec spec() {
    return spec;
  }

  /** All vectors by name, in a fixed order. */
  public Map<String, FloatVector> vectors() {
    return vectors;
  }

  /** The generator's moving average: parameters and states. */
  public FloatVector average() {
    return vectors.get(AVERAGE);
  }

  /** How many of the average's numbers, from the first on, are trained parameters. */
  public long averageParameters() {
    return vectors.get(GENERATOR + ".adam.first").length();
  }

  /** How far training was. */
  public Progress progress() {
    return progress;
  }

  /** Sets how far training was; for a state that is read from a file. */
  public void setProgress(Progress value) {
    progress = value;
  }

  @Override
  public void close() {
    vectors.values().forEach(FloatVector::close);
  }
}
