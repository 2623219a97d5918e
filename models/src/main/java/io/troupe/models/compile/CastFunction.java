package io.troupe.models.compile;

import io.troupe.models.kernels.CastKernel;
import io.troupe.models.kernels.Kernel;

/** Rounds float32 to bfloat16, or makes float32 of bfloat16, which is exact. */
record CastFunction() implements Computation {
  @Override
  public String kind() {
    return OperationKind.CAST.opName();
  }

  @Override
  public Kernel kernel(Operation operation) {
    return new CastKernel(
        BoundMemory.numbers(operation.inputs().get(0).array()),
        BoundMemory.numbers(operation.outputs().get(0).array()));
  }
}
