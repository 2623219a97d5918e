package io.troupe.models.compile;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A wanted output and the array that it is to be written to. */
final class OutputBinding {
  private final String name;
  private final Value value;
  private final INDArray target;

  /**
   * A checked binding.
   *
   * @param label says which graph, in errors
   * @throws IllegalArgumentException if the target's type or shape is not the value's
   */
  OutputBinding(String label, String name, Value value, INDArray target) {
    this.name = name;
    this.value = value;
    this.target = target;
    INDArray array = value.array();
    if (array.dataType() != target.dataType() || !array.equalShapes(target)) {
      throw new IllegalArgumentException(
          "%s: output %s is %s %s but is bound to %s %s"
              .formatted(
                  label,
                  name,
                  array.dataType(),
                  Arrays.toString(array.shape()),
                  target.dataType(),
                  Arrays.toString(target.shape())));
    }
  }

  /** The output's name. */
  String name() {
    return name;
  }

  /** What is computed. */
  Value value() {
    return value;
  }

  /** Where it goes. */
  INDArray target() {
    return target;
  }

  /** Whether an operation may write the target itself as far as its layout is concerned. */
  boolean hasPlainTarget() {
    return target.ordering() == value.array().ordering() && target.elementWiseStride() == 1;
  }

  /** Whether the value already lies where it is to go. */
  boolean isInPlace() {
    return value.array() == target;
  }

  /** An operation that copies a value, to run on the values' arrays. */
  static Operation copy(String label, Value from, Value to) {
    return new Operation(
        label, OperationList.custom(OperationKind.IDENTITY), List.of(from), List.of(to));
  }
}
