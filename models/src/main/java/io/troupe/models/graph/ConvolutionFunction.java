package io.troupe.models.graph;

import io.troupe.models.kernels.ConvolutionPass;
import io.troupe.models.kernels.ConvolutionShape;
import io.troupe.models.kernels.Convolutions;
import io.troupe.models.kernels.FloatMemory;
import io.troupe.models.kernels.Kernel;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A pass of a convolution by our own kernels, in place of {@code conv2d} and {@code conv2d_bp}. */
record ConvolutionFunction(ConvolutionPass pass, ConvolutionShape shape) implements Computation {
  private static final int NO_PADDING_RULE = 0;
  private static final int NHWC = 1;
  private static final int HWIO = 0;

  @Override
  public String kind() {
    return pass.kind();
  }

  @Override
  public Kernel kernel(Operation operation) {
    List<FloatMemory> memory =
        operation.inputs().stream().map(v -> BoundMemory.floats(v.array())).toList();
    return Convolutions.kernel(
        pass,
        shape,
        memory,
        BoundMemory.floats(operation.outputs().get(0).array()),
        BoundMemory.floats(operation.outputs().get(1).array()));
  }

  /** Adds the convolution in place of a {@code conv2d}, or says that it is of another kind. */
  static boolean forward(OperationList list, Operation operation) {
    List<Value> inputs = operation.inputs();
    Value result = operation.outputs().get(0);
    if (!canReplace(operation)) {
      return false;
    }
    add(list, shape(operation), ConvolutionPass.FORWARD, result, inputs);
    return true;
  }

  /** Adds the two gradients and the bias's in place of a {@code conv2d_bp}, as {@link #forward}. */
  static boolean gradient(OperationList list, Sums sums, Operation operation) {
    if (!canReplace(operation)) {
      return false;
    }
    List<Value> inputs = operation.inputs();
    Value x = inputs.get(0);
    Value weights = inputs.get(1);
    Value gradient = inputs.get(inputs.size() - 1);
    ConvolutionShape shape = shape(operation);
    List<Value> results = operation.outputs();
    add(list, shape, ConvolutionPass.INPUT_GRADIENT, results.get(0), List.of(weights, gradient));
    add(list, shape, ConvolutionPass.WEIGHT_GRADIENT, results.get(1), List.of(x, gradient));
    if (inputs.size() == 4) {
      sums.perChannel(results.get(2), gradient, 1);
    }
    return true;
  }

  private static void add(
      OperationList list,
      ConvolutionShape shape,
      ConvolutionPass pass,
      Value result,
      List<Value> inputs) {
    long scratch = Convolutions.scratch(pass, shape, inputs.size() == 3);
    list.add(new ConvolutionFunction(pass, shape), result, scratch, inputs);
  }

  private static boolean canReplace(Operation operation) {
    long[] arguments = ((DynamicCustomOp) operation.nd4jFunction()).iArgs();
    return arguments.length == 11
        && arguments[2] == arguments[3]
        && arguments[6] == 1
        && arguments[7] == 1
        && arguments[8] == NO_PADDING_RULE
        && arguments[9] == NHWC
        && arguments[10] == HWIO
        && operation.inputs().stream().allMatch(v -> Geometry.isPlain(v.array()))
        && operation.outputs().stream().allMatch(v -> Geometry.isPlain(v.array()));
  }

  private static ConvolutionShape shape(Operation operation) {
    long[] arguments = ((DynamicCustomOp) operation.nd4jFunction()).iArgs();
    INDArray x = operation.inputs().get(0).array();
    INDArray weights = operation.inputs().get(1).array();
    return new ConvolutionShape(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        weights.size(3),
        weights.size(0),
        weights.size(1),
        arguments[2],
        arguments[4],
        arguments[5]);
  }
}
