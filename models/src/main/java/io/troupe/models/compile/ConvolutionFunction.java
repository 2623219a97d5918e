package io.troupe.models.compile;

import io.troupe.models.kernels.ConvolutionPass;
import io.troupe.models.kernels.ConvolutionShape;
import io.troupe.models.kernels.Convolutions;
import io.troupe.models.kernels.FloatMemory;
import io.troupe.models.kernels.Kernel;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * A pass of a convolution by our own kernels, in place of {@code conv2d} and {@code conv2d_bp}.
 *
 * @param withRelu whether negative results of the forward pass become zero
 */
record ConvolutionFunction(ConvolutionPass pass, ConvolutionShape shape, boolean withRelu)
    implements Computation {
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
        withRelu,
        memory,
        BoundMemory.floats(operation.outputs().get(0).array()),
        BoundMemory.floats(operation.outputs().get(1).array()));
  }

  /** Whether its result is one of pictures, not of weights. */
  boolean givesPictures() {
    return pass != ConvolutionPass.WEIGHT_GRADIENT;
  }

  /** Whether what it reads is pictures, or a gradient in their place. */
  boolean isPictures(Operation operation, Value input) {
    int place = operation.inputs().indexOf(input);
    return switch (pass) {
      case FORWARD -> place == 0;
      case INPUT_GRADIENT -> place == 1;
      case WEIGHT_GRADIENT -> true;
    };
  }

  /**
   * Adds the convolution in place of a {@code conv2d}, or says that it is of another kind.
   *
   * @param relu gets the results with zero for what is negative; without it, all results go where
   *     they went
   */
  static boolean forward(OperationList list, Operation operation, Optional<Value> relu) {
    if (!canReplace(operation)) {
      return false;
    }
    Value result = relu.orElse(operation.outputs().get(0));
    ConvolutionFunction function =
        new ConvolutionFunction(ConvolutionPass.FORWARD, shape(operation), relu.isPresent());
    function.add(list, result, operation.inputs());
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
    new ConvolutionFunction(ConvolutionPass.INPUT_GRADIENT, shape, false)
        .add(list, results.get(0), List.of(weights, gradient));
    new ConvolutionFunction(ConvolutionPass.WEIGHT_GRADIENT, shape, false)
        .add(list, results.get(1), List.of(x, gradient));
    if (inputs.size() == 4) {
      sums.perChannel(results.get(2), gradient, 1);
    }
    return true;
  }

  private void add(OperationList list, Value result, List<Value> inputs) {
    list.add(this, result, Convolutions.scratch(pass, shape, inputs.size() == 3, withRelu), inputs);
  }

  /** Whether our own kernels compute a {@code conv2d} or {@code conv2d_bp}. */
  static boolean canReplace(Operation operation) {
    long[] arguments = arguments(operation);
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

  /** The shape of such an operation. */
  static ConvolutionShape shape(Operation operation) {
    long[] arguments = arguments(operation);
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
        arguments[5],
        groups(operation));
  }

  /**
   * How many groups of channels a {@code conv2d} or {@code conv2d_bp} has: as many as its weights,
   * [height, width, in, out], have fewer inputs than its pictures have channels. ND4J knows one
   * group only.
   */
  static long groups(Operation operation) {
    INDArray x = operation.inputs().get(0).array();
    INDArray weights = operation.inputs().get(1).array();
    long[] arguments = arguments(operation);
    boolean known = arguments.length == 11 && arguments[9] == NHWC && arguments[10] == HWIO;
    boolean whole = known && x.size(3) % weights.size(2) == 0;
    return whole && weights.size(3) % (x.size(3) / weights.size(2)) == 0
        ? x.size(3) / weights.size(2)
        : 1;
  }

  private static long[] arguments(Operation operation) {
    return ((DynamicCustomOp) operation.nd4jFunction()).iArgs();
  }
}
