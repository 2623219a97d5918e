package io.troupe.models.compile;

import io.troupe.models.kernels.ArrayMemory;
import io.troupe.models.kernels.Elementwise;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.ElementwiseKernel;
import io.troupe.models.kernels.Kernel;
import io.troupe.models.kernels.NativePasses;
import java.util.List;
import java.util.Optional;

/**
 * Several operations on each element in one pass.
 *
 * @param byInstructions whether the processor's instructions for bfloat16 may be used
 */
record ElementwiseFunction(Elementwise work, boolean byInstructions) implements Computation {
  ElementwiseFunction(Elementwise work) {
    this(work, false);
  }

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
    List<ArrayMemory> from = numbers(operation.inputs());
    List<ArrayMemory> to = numbers(operation.outputs());
    Optional<Kernel> passes = byInstructions ? NativePasses.of(work, from, to) : Optional.empty();
    return passes.orElseGet(() -> ElementwiseKernel.of(work, from, to));
  }

  private static List<ArrayMemory> numbers(List<Value> values) {
    return values.stream().map(v -> BoundMemory.numbers(v.array())).toList();
  }
}
