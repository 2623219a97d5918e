package io.troupe.models.graph;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * All values of a network in one flat off-heap vector, laid out by a {@link ParameterLayout}. Adam,
 * averages, snapshots and checkpoints are each one operation on it. Closing it frees the memory.
 */
public final class ParameterVector implements AutoCloseable {
  private final ParameterLayout layout;
  private final INDArray flat;
  private final Optional<FloatVector> floats;
  private final Map<String, INDArray> views = new HashMap<>();

  /** A vector of zeros. */
  public ParameterVector(ParameterLayout layout, DataType type) {
    this.layout = layout;
    flat = Nd4j.create(type, layout.length());
    floats = type == DataType.FLOAT ? Optional.of(new FloatVector(flat)) : Optional.empty();
    for (ParameterLayout.Slot slot : layout.slots()) {
      views.put(slot.name(), interval(slot.offset(), slot.length()).reshape(slot.dimensions()));
    }
  }

  /** Where everything lies. */
  public ParameterLayout layout() {
    return layout;
  }

  /** All values, shape [layout.length()]. */
  public INDArray flat() {
    return flat;
  }

  /**
   * All values as others handle them: the same memory, which this closes.
   *
   * @throws IllegalStateException if they are not floats
   */
  public FloatVector floats() {
    return floats.orElseThrow(() -> new IllegalStateException("values of " + flat.dataType()));
  }

  /** The trainable values, shape [layout.trainableLength()]: a view. */
  public INDArray trainable() {
    return trainableFrom(0);
  }

  /**
   * The trainable values from one on: a view.
   *
   * @param first index of its first value
   */
  public INDArray trainableFrom(long first) {
    return interval(first, layout.trainableLength() - first);
  }

  /** One tensor in its own shape: a view. */
  public INDArray view(String name) {
    layout.slot(name);
    return views.get(name);
  }

  /**
   * Draws every tensor's initial values.
   *
   * @param seed the run's seed
   * @param network tells apart the networks of a run
   */
  public void initialise(long seed, int network) {
    int index = 0;
    for (ParameterLayout.Slot slot : layout.slots()) {
      CounterRandom random = new CounterRandom(seed, Stream.INITIALISATION, network, index++);
      double[] drawn = slot.initial().draw(random, slot.dimensions());
      HostArray.set(flat, slot.offset(), drawn);
    }
  }

  private INDArray interval(long start, long length) {
    return flat.get(NDArrayIndex.interval(start, start + length));
  }

  @Override
  public void close() {
    if (floats.isPresent()) {
      floats.get().close();
    } else {
      flat.close();
    }
  }
}
