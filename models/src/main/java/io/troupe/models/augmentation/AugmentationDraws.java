package io.troupe.models.augmentation;

import io.troupe.config.random.CounterRandom;
import io.troupe.models.graph.Bindings;
import io.troupe.models.memory.HostArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What an augmentation draws for one batch: every picture is augmented differently. Owns its
 * arrays, which are refilled in place.
 */
public abstract class AugmentationDraws implements AutoCloseable {
  private final Map<String, INDArray> arrays = new LinkedHashMap<>();

  /**
   * Arrays of zeros.
   *
   * @param inputs the shape of each, by name
   */
  AugmentationDraws(DataType type, Map<String, long[]> inputs) {
    inputs.forEach((name, shape) -> arrays.put(name, Nd4j.create(type, shape)));
  }

  /**
   * Draws everything anew.
   *
   * @param probability of each augmentation that does not always happen
   */
  public abstract void draw(CounterRandom random, double probability);

  /** Binds the inputs that the augmentation has added under a name, if it has. */
  public final Bindings bind(Bindings bindings, String name) {
    arrays.forEach((input, array) -> bindings.bindIfPresent(name + input, array));
    return bindings;
  }

  /** Takes the index-th part of the draws for a larger batch of floats. */
  public final void takePart(AugmentationDraws whole, int index) {
    arrays.forEach((name, array) -> HostArray.takePart(array, whole.arrays.get(name), index));
  }

  final boolean has(String name) {
    return arrays.containsKey(name);
  }

  final void set(String name, long index, double value) {
    HostArray.set(arrays.get(name), index, value);
  }

  final void set(String name, long start, double... values) {
    HostArray.set(arrays.get(name), start, values);
  }

  final void fill(String name, double value) {
    HostArray.fill(arrays.get(name), value);
  }

  final void forEachName(Consumer<String> action) {
    arrays.keySet().forEach(action);
  }

  @Override
  public final void close() {
    arrays.values().forEach(INDArray::close);
  }
}
