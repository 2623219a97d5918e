package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.ElementwiseKernel;
import io.troupe.models.kernels.Kernel;

/** Several operations on each element in one pass. */
record ElementwiseFunction(Elementwise work) implements Computation {
  /** Whether an operation reads a value element by element. */
  boolean readsInFull(Operation operation, Value value) {
    return work.operands().get(operation.inputs().indexOf(value)) == Spread.FULL;
  }

  @Override
  public String kind() {
    return OperationKind.ELEMENTWISE.opName();
  }

  @Override
  public Kernel kernel(Operation operation) {
    return ElementwiseKernel.of(
        work,
        operation.inputs().stream().map(v -> BoundMemory.numbers(v.array())).toList(),
        operation.outputs().stream().map(v -> BoundMemory.numbers(v.array())).toList());
  }
}
