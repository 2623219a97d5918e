package io.troupe.models.compile;

import io.troupe.models.kernels.FloatMemory;
import io.troupe.models.kernels.FoldKernel;
import io.troupe.models.kernels.Kernel;

/**
 * Weights of a convolution that halves pictures, or the gradient of those that they are made of.
 *
 * @param gradient whether it goes from 4x4 to 3x3
 */
record FoldFunction(boolean gradient) implements Computation {
  @Override
  public String kind() {
    return gradient ? "fold_gradient" : "fold";
  }

  @Override
  public Kernel kernel(Operation operation) {
    FloatMemory from = BoundMemory.floats(operation.inputs().get(0).array());
    FloatMemory to = BoundMemory.floats(operation.outputs().get(0).array());
    return gradient ? FoldKernel.gradient(from, to) : FoldKernel.of(from, to);
  }
}
