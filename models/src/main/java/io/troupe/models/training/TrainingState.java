package io.troupe.models.training;

import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import java.util.LinkedHashMap;
import java.util.Map;

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
   */
  public record Progress(long step, long generatorUpdates, long discriminatorUpdates, int redraws) {
    /** The same with another count of redraws. */
    public Progress withRedraws(int count) {
      return new Progress(step, generatorUpdates, discriminatorUpdates, count);
    }
  }

  private final ImageSpec spec;
  private final Map<String, FloatVector> vectors = new LinkedHashMap<>();
  private Progress progress = new Progress(0, 0, 0, 0);

  /** A state of zeros that fits a training. */
  public TrainingState(GanTraining training) {
    spec = training.spec();
    allocate(GENERATOR, training.generator());
    allocate(DISCRIMINATOR, training.discriminator());
    vectors.put(AVERAGE, training.generator().values().floats().like());
  }

  private void allocate(String name, TrainedNetwork network) {
    vectors.put(name, network.values().floats().like());
    vectors.put(name + ".adam.first", network.adam().firstMoments().like());
    vectors.put(name + ".adam.second", network.adam().secondMoments().like());
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
            training.redraws());
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
