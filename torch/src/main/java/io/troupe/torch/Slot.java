package io.troupe.torch;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory that one or, by views and operations in place, several tensors lie in: planned for the
 * steps between its first and its last use, or an array of others.
 */
final class Slot {
  private static final int NEVER = -1;

  private final DataType type;
  private final long length;
  private final boolean constant;
  private Optional<INDArray> array;
  private Slot shared = this;
  private int first = NEVER;
  private int last = NEVER;

  private Slot(DataType type, long length, boolean constant, Optional<INDArray> array) {
    this.type = type;
    this.length = length;
    this.constant = constant;
    this.array = array;
  }

  /** Memory for some elements. */
  static Slot planned(DataType type, long length) {
    return new Slot(type, length, false, Optional.empty());
  }

  /**
   * The memory of an array.
   *
   * @param constant whether no run changes it
   */
  static Slot of(INDArray array, boolean constant) {
    return new Slot(array.dataType(), array.length(), constant, Optional.of(array));
  }

  /** Whether no run changes it. */
  boolean isConstant() {
    return constant;
  }

  /** Type of its elements. */
  DataType type() {
    return type;
  }

  /** Its elements; of an array that is a view, those that it has itself. */
  long length() {
    return length;
  }

  /** Which slot stands for all that are in the same memory. */
  Slot root() {
    return shared == this ? this : shared.root();
  }

  /** Puts it where another one is. */
  void share(Slot other) {
    shared = other.root();
  }

  /** Puts it where an array is. */
  void place(INDArray target) {
    array = Optional.of(target);
  }

  /** The array, if it is one's. */
  Optional<INDArray> array() {
    return array;
  }

  /** Notes that the memory is needed at a step. */
  void needAt(int step) {
    first = first == NEVER ? step : Math.min(first, step);
    last = Math.max(last, step);
  }

  /** The first step that needs it. */
  int first() {
    return first;
  }

  /** The last step that needs it. */
  int last() {
    return last;
  }
}
