package io.troupe.actors.checkpoint;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.troupe.actors.kryo.BoundedInput;
import io.troupe.actors.kryo.BoundedList;
import io.troupe.config.SettingsHistory;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.LogitMeans;
import io.troupe.models.training.TrainingState;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;

/**
 * The structured part of a checkpoint file.
 *
 * @param preset the preset the run started from
 * @param seed the run's seed
 * @param progress how far training was
 * @param vectors what follows, in this order
 * @param changes of the run's settings, as far as they were recorded when the file was written
 * @param spec of the images that the networks are made for; empty before format version 3
 */
record CheckpointHeader(
    String preset,
    long seed,
    TrainingState.Progress progress,
    ArrayList<Vector> vectors,
    ArrayList<SettingsHistory.Change> changes,
    Optional<ImageSpec> spec) {
  /** The first format version whose files have the changes. */
  private static final int WITH_CHANGES = 2;

  /** The first whose files have what the networks are made for. */
  private static final int WITH_SPEC = 3;

  /** The first whose files have the state of adaptive augmentation. */
  private static final int WITH_ADAPTATION = 4;

  /** The first whose files have moving averages of logits. */
  private static final int WITH_LOGITS = 5;

  private static final int LONGEST_LIST = SettingsHistory.MOST_CHANGES;
  private static final int DEPTH = 8;

  /**
   * A flat float32 vector.
   *
   * @param length number of elements
   */
  record Vector(String name, long length) {
    Vector {
      Objects.requireNonNull(name, "a vector's name");
      if (length < 0) {
        throw new IllegalArgumentException("the vector %s has %d numbers".formatted(name, length));
      }
    }
  }

  /** What files of all versions have. */
  private record Main(String preset, long seed, Counts progress, ArrayList<Vector> vectors) {}

  /** What files of all versions have of the progress. */
  private record Counts(long step, long generatorUpdates, long discriminatorUpdates, int redraws) {
    static Counts of(TrainingState.Progress progress) {
      return new Counts(
          progress.step(),
          progress.generatorUpdates(),
          progress.discriminatorUpdates(),
          progress.redraws());
    }

    TrainingState.Progress with(TrainingState.Adaptation adaptation, LogitMeans logits) {
      return new TrainingState.Progress(
          step, generatorUpdates, discriminatorUpdates, redraws, adaptation, logits);
    }
  }

  /** Writes it. */
  void write(Kryo kryo, Output output) {
    kryo.writeObject(output, new Main(preset, seed, Counts.of(progress), vectors));
    kryo.writeObject(output, changes);
    kryo.writeObject(output, spec.orElseThrow());
    kryo.writeObject(output, progress.adaptation());
    kryo.writeObject(output, progress.logits());
  }

  /**
   * Reads a header, and never more than its bytes can hold.
   *
   * @param version of the file's format
   * @throws RuntimeException of any kind if it is none: Kryo trusts what it reads
   */
  static CheckpointHeader of(byte[] bytes, int version) {
    try (Input input = new BoundedInput(bytes)) {
      Kryo kryo = kryo();
      Main main = kryo.readObject(input, Main.class);
      Objects.requireNonNull(main.preset(), "preset");
      Objects.requireNonNull(main.progress(), "progress");
      // A list may hold anything that Kryo knows: each is cast here.
      for (Vector vector : main.vectors()) {
        Objects.requireNonNull(vector, "a vector");
      }
      ArrayList<SettingsHistory.Change> changes = new ArrayList<>();
      if (version >= WITH_CHANGES) {
        for (Object change : kryo.readObject(input, ArrayList.class)) {
          changes.add(whole((SettingsHistory.Change) change));
        }
      }
      Optional<ImageSpec> spec =
          version >= WITH_SPEC
              ? Optional.of(kryo.readObject(input, ImageSpec.class))
              : Optional.empty();
      TrainingState.Adaptation adaptation =
          version >= WITH_ADAPTATION
              ? kryo.readObject(input, TrainingState.Adaptation.class)
              : TrainingState.Adaptation.START;
      LogitMeans logits =
          version >= WITH_LOGITS ? kryo.readObject(input, LogitMeans.class) : LogitMeans.START;
      return new CheckpointHeader(
          main.preset(),
          main.seed(),
          main.progress().with(adaptation, logits),
          main.vectors(),
          changes,
          spec);
    } catch (StackOverflowError e) {
      throw new KryoException("it is nested too deeply", e);
    }
  }

  private static SettingsHistory.Change whole(SettingsHistory.Change change) {
    Objects.requireNonNull(change.key(), "a change's key");
    Objects.requireNonNull(change.from(), "a change's old value");
    Objects.requireNonNull(change.to(), "a change's new value");
    return change;
  }

  /** A serialiser of headers. The ids are part of the file format. */
  static Kryo kryo() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    kryo.register(Main.class, 20);
    kryo.register(Vector.class, 21);
    kryo.register(Counts.class, 22);
    kryo.register(ArrayList.class, new BoundedList(LONGEST_LIST), 23);
    kryo.register(SettingsHistory.Change.class, 24);
    kryo.register(ImageSpec.class, 25);
    kryo.register(TrainingState.Adaptation.class, 26);
    kryo.register(LogitMeans.class, 27);
    kryo.setMaxDepth(DEPTH);
    return kryo;
  }
}
