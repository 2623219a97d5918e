package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;
import org.nd4j.autodiff.functions.DifferentialFunction;

/** A function of ND4J, by its own implementation. */
record Nd4jFunction(DifferentialFunction function) implements Computation {
  @Override
  public String kind() {
    return function.opName();
  }

  @Override
  public Kernel kernel(Operation operation) {
    return GroupedConvolution.is(operation)
        ? new GroupedConvolution(operation)
        : new Nd4jKernel(operation, function);
  }
}
