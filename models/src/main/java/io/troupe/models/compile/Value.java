package io.troupe.models.compile;

import org.nd4j.linalg.api.ndarray.INDArray;

/** One array that flows through a graph while it is compiled. */
public final class Value {
  private final String name;
  private final boolean constant;
  private INDArray array;
  private Storage storage;

  private Value(String name, boolean constant, INDArray array, Storage storage) {
    this.name = name;
    this.constant = constant;
    this.array = array;
    this.storage = storage;
  }

  /** What no run changes. */
  static Value constant(String name, INDArray array) {
    return new Value(name, true, array, Storage.lent());
  }

  /** What is read from a bound array. */
  static Value input(String name, INDArray array) {
    return new Value(name, false, array, Storage.lent());
  }

  /**
   * What an operation computes.
   *
   * @param probe an array of the result's type, shape and order, on which nothing can be computed
   */
  static Value result(String name, INDArray probe) {
    return new Value(name, false, probe, null);
  }

  /** The variable's name. */
  String name() {
    return name;
  }

  /** Whether no run changes it. */
  boolean isConstant() {
    return constant;
  }

  /** The array; until memory is planned only its type, shape and order mean anything. */
  public INDArray array() {
    return array;
  }

  /** Puts the value where it will be in every run. */
  void place(INDArray placed) {
    array = placed;
  }

  /** The memory the value lies in. */
  Storage storage() {
    return storage;
  }

  /** Chooses the memory. */
  void storeIn(Storage chosen) {
    storage = chosen;
  }

  /** Whether the other value has the same type, shape and order. */
  boolean isLike(Value other) {
    return array.dataType() == other.array.dataType()
        && array.ordering() == other.array.ordering()
        && array.equalShapes(other.array);
  }
}
