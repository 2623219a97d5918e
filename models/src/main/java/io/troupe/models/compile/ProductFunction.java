package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;
import io.troupe.models.kernels.StackedProducts;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * Products of stacks of matrices by our own kernel, in place of {@code matmul} and {@code
 * matmul_bp}, which ND4J runs as one product after the other.
 */
record ProductFunction(StackedProducts.Shape shape) implements Computation {
  @Override
  public String kind() {
    return "stacked_products";
  }

  @Override
  public Kernel kernel(Operation operation) {
    return StackedProducts.bind(
        shape,
        BoundMemory.numbers(operation.inputs().get(0).array()),
        BoundMemory.numbers(operation.inputs().get(1).array()),
        BoundMemory.numbers(operation.outputs().get(0).array()),
        BoundMemory.floats(operation.outputs().get(1).array()));
  }

  /** Floats of memory that it needs while it multiplies bfloat16 numbers. */
  long bfloat16Scratch(boolean roundsResult) {
    return Math.max(1, StackedProducts.bfloat16Scratch(shape, roundsResult));
  }

  /**
   * Adds the product in place of a {@code matmul} of stacks, or says that it is of another kind.
   */
  static boolean forward(OperationList list, Operation operation) {
    if (!canReplace(operation)) {
      return false;
    }
    Value x = operation.inputs().get(0);
    Value y = operation.inputs().get(1);
    add(list, operation.outputs().get(0), x, turns(operation, 0), y, turns(operation, 1));
    return true;
  }

  /** Adds both gradients in place of a {@code matmul_bp}, as {@link #forward}. */
  static boolean gradient(OperationList list, Operation operation) {
    if (!canReplace(operation)) {
      return false;
    }
    Value x = operation.inputs().get(0);
    Value y = operation.inputs().get(1);
    Value gradient = operation.inputs().get(2);
    Value ofX = operation.outputs().get(0);
    Value ofY = operation.outputs().get(1);
    boolean turnsX = turns(operation, 0);
    boolean turnsY = turns(operation, 1);
    if (turnsX) {
      add(list, ofX, y, turnsY, gradient, true);
    } else {
      add(list, ofX, gradient, false, y, !turnsY);
    }
    if (turnsY) {
      add(list, ofY, gradient, true, x, turnsX);
    } else {
      add(list, ofY, x, !turnsX, gradient, false);
    }
    return true;
  }

  private static void add(
      OperationList list,
      Value result,
      Value left,
      boolean turnsLeft,
      Value right,
      boolean turnsRight) {
    INDArray a = left.array();
    INDArray b = right.array();
    StackedProducts.Shape shape =
        new StackedProducts.Shape(
            a.size(0),
            a.size(turnsLeft ? 2 : 1),
            a.size(turnsLeft ? 1 : 2),
            b.size(turnsRight ? 1 : 2),
            turnsLeft,
            turnsRight);
    long scratch = Math.max(1, StackedProducts.scratch(shape));
    list.add(new ProductFunction(shape), result, scratch, List.of(left, right));
  }

  private static boolean turns(Operation operation, int input) {
    return arguments(operation)[input] != 0;
  }

  private static long[] arguments(Operation operation) {
    return ((DynamicCustomOp) operation.nd4jFunction()).iArgs();
  }

  private static boolean canReplace(Operation operation) {
    long[] arguments = arguments(operation);
    double[] factors = ((DynamicCustomOp) operation.nd4jFunction()).tArgs();
    long count = operation.inputs().get(0).array().size(0);
    return arguments.length == 3
        && arguments[2] == 0
        && (factors.length == 0 || (factors.length == 2 && factors[0] == 1 && factors[1] == 0))
        && Stream.concat(operation.inputs().stream(), operation.outputs().stream())
            .map(Value::array)
            .allMatch(a -> a.rank() == 3 && a.size(0) == count && Geometry.isPlain(a));
  }
}
