package io.troupe.actors.checkpoint;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.serializers.CollectionSerializer;
import io.troupe.models.training.TrainingState;
import java.util.ArrayList;
import java.util.Objects;

/**
 * The structured part of a checkpoint file.
 *
 * @param preset the preset the run started from
 * @param seed the run's seed
 * @param progress how far training was
 * @param vectors what follows, in this order
 */
record CheckpointHeader(
    String preset, long seed, TrainingState.Progress progress, ArrayList<Vector> vectors) {
  private static final int MOST_VECTORS = 1000;
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

  /**
   * Reads a header, and never more than its bytes can hold.
   *
   * @throws RuntimeException of any kind if it is none: Kryo trusts what it reads
   */
  static CheckpointHeader of(byte[] bytes) {
    try (Input input = new BoundedInput(bytes)) {
      CheckpointHeader header = kryo().readObject(input, CheckpointHeader.class);
      Objects.requireNonNull(header.preset(), "preset");
      Objects.requireNonNull(header.progress(), "progress");
      // A list may hold anything that Kryo knows: each is cast here.
      for (Vector vector : header.vectors()) {
        Objects.requireNonNull(vector, "a vector");
      }
      return header;
    } catch (StackOverflowError e) {
      throw new KryoException("it is nested too deeply", e);
    }
  }

  /** Believes no text to be longer than the bytes that are left. */
  private static final class BoundedInput extends Input {
    BoundedInput(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int readVarIntFlag(boolean optimizePositive) {
      int characters = super.readVarIntFlag(optimizePositive);
      if (characters < 0 || characters - 1 > limit() - position()) {
        throw new KryoException("a text of %d characters".formatted(characters));
      }
      return characters;
    }
  }

  /** Believes no list to be longer than one of vectors is. */
  @SuppressWarnings("NonApiType") // the class that Kryo writes
  private static final class VectorList extends CollectionSerializer<ArrayList<?>> {
    @Override
    protected ArrayList<?> create(
        Kryo kryo, Input input, Class<? extends ArrayList<?>> type, int size) {
      if (size < 0 || size > MOST_VECTORS) {
        throw new KryoException("a list of %d".formatted(size));
      }
      return super.create(kryo, input, type, size);
    }
  }

  /** A serialiser of headers. The ids are part of the file format. */
  static Kryo kryo() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    kryo.register(CheckpointHeader.class, 20);
    kryo.register(Vector.class, 21);
    kryo.register(TrainingState.Progress.class, 22);
    kryo.register(ArrayList.class, new VectorList(), 23);
    kryo.setMaxDepth(DEPTH);
    return kryo;
  }
}
