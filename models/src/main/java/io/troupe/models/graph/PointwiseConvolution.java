package io.troupe.models.graph;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** The gradients of a 1x1 convolution of channels-last pictures, as matrix products. */
final class PointwiseConvolution {
  /** Kernel 1x1, strides 1, no padding, dilations 1, explicit padding, NHWC, weights HWIO. */
  private static final long[] POINTWISE = {1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 0};

  private PointwiseConvolution() {}

  /** Adds the products in place of a {@code conv2d_bp} with a bias, or says that it is another. */
  static boolean gradient(OperationList list, Sums sums, Operation operation) {
    List<Value> inputs = operation.inputs();
    long[] arguments = ((DynamicCustomOp) operation.function()).iArgs();
    if (inputs.size() != 4 || !Arrays.equals(arguments, POINTWISE)) {
      return false;
    }
    INDArray weights = inputs.get(1).array();
    long in = weights.size(2);
    long out = weights.size(3);
    long rows = Sums.rows(inputs.get(0).array());
    Value x = list.reshape(inputs.get(0), rows, in);
    Value w = list.reshape(inputs.get(1), in, out);
    Value gradient = list.reshape(inputs.get(3), rows, out);
    Value ofX = operation.outputs().get(0);
    Value ofWeights = operation.outputs().get(1);
    Value ofBias = operation.outputs().get(2);
    list.alias(ofX, product(list, ofX, new long[] {rows, in}, gradient, w, 0, 1));
    list.alias(ofWeights, product(list, ofWeights, new long[] {in, out}, x, gradient, 1, 0));
    sums.perChannel(ofBias, inputs.get(3), 1);
    return true;
  }

  private static Value product(
      OperationList list,
      Value result,
      long[] shape,
      Value a,
      Value b,
      int transposeA,
      int transposeB) {
    return list.add(
        result.name() + " matrix",
        shape,
        OperationList.custom("matmul", transposeA, transposeB, 0),
        a,
        b);
  }
}
