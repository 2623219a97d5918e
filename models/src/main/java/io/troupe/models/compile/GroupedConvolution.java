package io.troupe.models.compile;

import io.troupe.models.kernels.ConvolutionShape;
import io.troupe.models.kernels.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A {@code conv2d} or {@code conv2d_bp} whose channels are in groups, by ND4J's own implementation,
 * which knows none: of weights that are zero between the groups. Slow, for graphs that our own
 * kernels do not compute, such as those of double precision.
 */
final class GroupedConvolution implements Kernel {
  private final Nd4jKernel kernel;
  private final List<INDArray> dense = new ArrayList<>();
  private final Groups weights;
  private final List<Groups> gradient = new ArrayList<>();

  /** A kernel on the operation's present arrays. */
  GroupedConvolution(Operation operation) {
    long groups = ConvolutionFunction.groups(operation);
    List<Value> inputs = new ArrayList<>(operation.inputs());
    List<Value> outputs = new ArrayList<>(operation.outputs());
    weights = spread(groups, inputs);
    if (operation.known() == OperationKind.CONV2D_GRADIENT) {
      gradient.add(spread(groups, outputs));
    }
    kernel =
        new Nd4jKernel(
            new Operation(
                operation.graph(), operation.name(), operation.computation(), inputs, outputs),
            operation.nd4jFunction());
  }

  /** Whether an operation is such a convolution. */
  static boolean is(Operation operation) {
    return (operation.known() == OperationKind.CONV2D
            || operation.known() == OperationKind.CONV2D_GRADIENT)
        && ConvolutionFunction.groups(operation) > 1;
  }

  /** The shapes of its results. */
  static List<LongShapeDescriptor> shapes(Operation operation) {
    DataType type = operation.inputs().get(0).array().dataType();
    if (operation.known() == OperationKind.CONV2D_GRADIENT) {
      // One for each input but the result's gradient.
      return operation.inputs().subList(0, operation.inputs().size() - 1).stream()
          .map(value -> LongShapeDescriptor.fromShape(value.array().shape(), type))
          .toList();
    }
    ConvolutionShape shape = ConvolutionFunction.shape(operation);
    long[] result = {shape.batch(), shape.outHeight(), shape.outWidth(), shape.out()};
    return List.of(LongShapeDescriptor.fromShape(result, type));
  }

  /** The same block of weights in both forms, for each group. */
  private record Groups(List<INDArray> compact, List<INDArray> dense) {
    void toDense() {
      for (int i = 0; i < dense.size(); i++) {
        dense.get(i).assign(compact.get(i));
      }
    }

    void toCompact() {
      for (int i = 0; i < dense.size(); i++) {
        compact.get(i).assign(dense.get(i));
      }
    }
  }

  /** Puts dense weights in the place of those of groups. */
  private Groups spread(long groups, List<Value> values) {
    INDArray compact = values.get(1).array();
    INDArray zeros = zeros(compact, groups);
    dense.add(zeros);
    values.set(1, Value.input(values.get(1).name(), zeros));
    return blocks(compact, zeros, groups);
  }

  private static INDArray zeros(INDArray compact, long groups) {
    return Nd4j.zeros(
        compact.dataType(),
        compact.size(0),
        compact.size(1),
        compact.size(2) * groups,
        compact.size(3));
  }

  private static Groups blocks(INDArray compact, INDArray zeros, long groups) {
    long in = compact.size(2);
    long out = compact.size(3) / groups;
    List<INDArray> small = new ArrayList<>();
    List<INDArray> large = new ArrayList<>();
    for (long group = 0; group < groups; group++) {
      INDArrayIndex all = NDArrayIndex.all();
      INDArrayIndex results = NDArrayIndex.interval(group * out, (group + 1) * out);
      small.add(compact.get(all, all, all, results));
      large.add(zeros.get(all, all, NDArrayIndex.interval(group * in, (group + 1) * in), results));
    }
    return new Groups(small, large);
  }

  /**
   * Weights [height, width, in, out] that are zero between the groups.
   *
   * @param weights [height, width, in / groups, out]
   */
  static INDArray dense(INDArray weights, long groups) {
    INDArray zeros = zeros(weights, groups);
    blocks(weights, zeros, groups).toDense();
    return zeros;
  }

  @Override
  public void run() {
    weights.toDense();
    kernel.run();
    gradient.forEach(Groups::toCompact);
  }

  @Override
  public String kind() {
    return kernel.kind();
  }

  @Override
  public void close() {
    kernel.close();
    dense.forEach(INDArray::close);
  }
}
