package io.troupe.models.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Where each parameter and each state of a network lies in its flat vector: trainable parameters
 * first, then states (spectral norm's vectors, running statistics), each group in the order of
 * declaration.
 */
public final class ParameterLayout {
  /**
   * One tensor of a network.
   *
   * @param offset of its first element in the flat vector
   * @param trainable whether it is learned by gradient descent
   */
  public record Slot(
      String name, List<Long> shape, Initial initial, boolean trainable, long offset) {
    /** Number of elements. */
    public long length() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    long[] dimensions() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final long trainableLength;
  private final long length;

  private ParameterLayout(List<Slot> declared) {
    long offset = 0;
    for (boolean trainable : new boolean[] {true, false}) {
      for (Slot slot : declared) {
        if (slot.trainable == trainable) {
          slots.put(slot.name, new Slot(slot.name, slot.shape, slot.initial, trainable, offset));
          offset += slot.length();
        }
      }
    }
    length = offset;
    trainableLength = declared.stream().filter(Slot::trainable).mapToLong(Slot::length).sum();
  }

  /** All tensors, in the order of the flat vector. */
  public List<Slot> slots() {
    return List.copyOf(slots.values());
  }

  /**
   * The tensor of a name.
   *
   * @throws NoSuchElementException if there is none
   */
  public Slot slot(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new NoSuchElementException("no parameter " + name + " among " + slots.keySet());
    }
    return slot;
  }

  /** Elements of the flat vector. */
  public long length() {
    return length;
  }

  /** Trainable elements; they are the start of the flat vector. */
  public long trainableLength() {
    return trainableLength;
  }

  /** Collects the declarations of a network. */
  static final class Recorder {
    private final Map<String, Slot> declared = new LinkedHashMap<>();

    void declare(String name, long[] shape, Initial initial, boolean trainable) {
      List<Long> dimensions = new ArrayList<>();
      for (long dimension : shape) {
        dimensions.add(dimension);
      }
      Slot slot = new Slot(name, Collections.unmodifiableList(dimensions), initial, trainable, 0);
      if (declared.putIfAbsent(name, slot) != null) {
        throw new IllegalStateException("parameter " + name + " is declared twice");
      }
    }

    ParameterLayout layout() {
      return new ParameterLayout(List.copyOf(declared.values()));
    }
  }
}
