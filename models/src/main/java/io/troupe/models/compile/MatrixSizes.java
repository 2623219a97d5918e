package io.troupe.models.compile;

import io.troupe.models.graph.Float32;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which operations are products of matrices, whose operands mixed precision rounds. */
final class MatrixSizes {
  private MatrixSizes() {}

  /**
   * Whether an operation is such a product, or the gradients of one. Where one of the three sizes
   * is 1 it is one of a vector, as in power iterations and in the layer that gives logits.
   */
  static boolean isProduct(Operation operation) {
    boolean stacked = operation.computation() instanceof ProductFunction;
    boolean gradient = operation.known() == OperationKind.MATMUL_GRADIENT;
    if (!stacked && !gradient && operation.known() != OperationKind.MATMUL) {
      return false;
    }
    INDArray left = operation.inputs().get(0).array();
    INDArray product =
        gradient ? operation.inputs().get(2).array() : operation.outputs().get(0).array();
    if (product.rank() < 2) {
      return false;
    }
    long rows = product.size(-2);
    long stack = product.length() / rows / product.size(-1);
    long inner = left.length() / stack / rows;
    return rows > 1 && inner > 1 && product.size(-1) > 1 && !isFloat32(operation);
  }

  private static boolean isFloat32(Operation operation) {
    return Stream.concat(Stream.of(operation.name()), operation.inputs().stream().map(Value::name))
        .anyMatch(Float32::covers);
  }
}
