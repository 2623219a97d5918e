package io.troupe.actors.checkpoint;

import com.esotericsoftware.kryo.Kryo;
import io.troupe.models.training.TrainingState;
import java.util.ArrayList;

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

  /**
   * A flat float32 vector.
   *
   * @param length number of elements
   */
  record Vector(String name, long length) {}

  /** A serialiser of headers. The ids are part of the file format. */
  static Kryo kryo() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(true);
    kryo.register(CheckpointHeader.class, 20);
    kryo.register(Vector.class, 21);
    kryo.register(TrainingState.Progress.class, 22);
    kryo.register(ArrayList.class, 23);
    return kryo;
  }
}
