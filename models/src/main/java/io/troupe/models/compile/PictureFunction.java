package io.troupe.models.compile;

import io.troupe.models.kernels.ArrayMemory;
import io.troupe.models.kernels.Bfloat16Memory;
import io.troupe.models.kernels.JoinKernel;
import io.troupe.models.kernels.Kernel;
import io.troupe.models.kernels.SquareKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** Poolings and copies of bfloat16 pictures by our own kernels, in place of ND4J's. */
record PictureFunction(Work work, int axis) implements Computation {
  private static final long[] HALVING = {2, 2, 2, 2, 0, 0, 1, 1};

  /** What is done. */
  private enum Work {
    /** The mean of every 2x2 square. */
    HALVE,
    /** Its gradient: a quarter of each number at every pixel of the square. */
    HALVE_GRADIENT,
    /** One behind the other along an axis. */
    JOIN,
    /** Its gradient: the parts again. */
    JOIN_GRADIENT
  }

  /** The function that does the same as an operation of ND4J, if there is one. */
  static Optional<PictureFunction> of(Operation operation) {
    if (!(operation.computation() instanceof Nd4jFunction known)
        || !(known.function() instanceof DynamicCustomOp custom)) {
      return Optional.empty();
    }
    return switch (operation.known()) {
      case AVERAGE_POOL -> halving(custom, operation.inputs().get(0), Work.HALVE);
      case AVERAGE_POOL_GRADIENT ->
          halving(custom, operation.outputs().get(0), Work.HALVE_GRADIENT);
      case CONCAT -> Optional.of(new PictureFunction(Work.JOIN, axis(custom, operation)));
      case CONCAT_GRADIENT ->
          Optional.of(new PictureFunction(Work.JOIN_GRADIENT, axis(custom, operation)));
      default -> Optional.empty();
    };
  }

  /** Whether an operation is the mean of every 2x2 square, or its gradient. */
  static boolean halves(Operation operation) {
    return of(operation)
        .filter(f -> f.work == Work.HALVE || f.work == Work.HALVE_GRADIENT)
        .isPresent();
  }

  private static Optional<PictureFunction> halving(DynamicCustomOp custom, Value large, Work work) {
    INDArray array = large.array();
    long[] arguments = custom.iArgs();
    return arguments.length == 11
            && Arrays.equals(Arrays.copyOf(arguments, HALVING.length), HALVING)
            && arguments[10] == 1
            && array.rank() == 4
            && array.size(1) % 2 == 0
            && array.size(2) % 2 == 0
        ? Optional.of(new PictureFunction(work, 0))
        : Optional.empty();
  }

  private static int axis(DynamicCustomOp custom, Operation operation) {
    int axis = Math.toIntExact(custom.iArgs()[0]);
    return axis < 0 ? axis + operation.inputs().get(0).array().rank() : axis;
  }

  /** Those inputs whose numbers an operation reads: of others the gradients need only the shape. */
  static List<Value> read(Operation operation) {
    List<Value> inputs = operation.inputs();
    return switch (operation.known()) {
      case AVERAGE_POOL_GRADIENT, CONCAT_GRADIENT ->
          of(operation).isPresent() ? List.of(inputs.get(inputs.size() - 1)) : inputs;
      default -> inputs;
    };
  }

  @Override
  public String kind() {
    return switch (work) {
      case HALVE -> "halve";
      case HALVE_GRADIENT -> "halve_gradient";
      case JOIN -> "join";
      case JOIN_GRADIENT -> "join_gradient";
    };
  }

  @Override
  public Kernel kernel(Operation operation) {
    List<ArrayMemory> from =
        operation.inputs().stream().map(v -> BoundMemory.numbers(v.array())).toList();
    List<ArrayMemory> to =
        operation.outputs().stream().map(v -> BoundMemory.numbers(v.array())).toList();
    INDArray input = operation.inputs().get(0).array();
    INDArray output = operation.outputs().get(0).array();
    return switch (work) {
      case HALVE ->
          new SquareKernel(
              shape(output), true, 0.25f, (Bfloat16Memory) from.get(0), (Bfloat16Memory) to.get(0));
      case HALVE_GRADIENT ->
          new SquareKernel(
              shape(input), false, 0.25f, (Bfloat16Memory) from.get(0), (Bfloat16Memory) to.get(0));
      case JOIN -> new JoinKernel(true, before(output), to.get(0), from);
      case JOIN_GRADIENT -> new JoinKernel(false, before(input), from.get(0), to);
    };
  }

  private int before(INDArray whole) {
    return (int)
        Stream.iterate(0, i -> i < axis, i -> i + 1)
            .mapToLong(whole::size)
            .reduce(1, (a, b) -> a * b);
  }

  private static SquareKernel.Shape shape(INDArray small) {
    return new SquareKernel.Shape(
        Math.toIntExact(small.size(0)),
        Math.toIntExact(small.size(1)),
        Math.toIntExact(small.size(2)),
        Math.toIntExact(small.size(3)));
  }
}
