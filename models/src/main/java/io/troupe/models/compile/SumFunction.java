package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Kernel;
import java.util.List;

/**
 * A sum of all elements of a channels-last array for each channel, or for each picture and channel.
 *
 * @param factor by which the sum is multiplied
 */
record SumFunction(Spread kept, double factor) implements Computation {
  @Override
  public String kind() {
    return "sum";
  }

  @Override
  public Kernel kernel(Operation operation) {
    Geometry geometry = Geometry.of(operation.inputs().get(0).array());
    Elementwise work =
        geometry.work(
            List.of(Spread.FULL),
            List.of(),
            List.of(),
            List.of(new Elementwise.Sum(0, kept, (float) factor)));
    return new ElementwiseFunction(work).kernel(operation);
  }
}
