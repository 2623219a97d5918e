package io.troupe.torch;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Program;
import io.troupe.models.kernels.Bfloat16;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares one operation of an engine with ND4J's own on random numbers. */
final class OperationCheck {
  /** Of these, numbers near or below 0 have no result, or one that rounding moves far. */
  private static final Set<String> POSITIVE =
      Set.of("sqrt", "rsqrt", "pow", "log", "divide", "Reciprocal", "rdiv_scalar");

  /**
   * It adds up products that are rounded, in mixed precision: its error is a share of the sum of
   * their sizes, which is much more than the sum where signs vary.
   */
  private static final String SUM_OF_ROUNDED = "multiply_bp";

  private OperationCheck() {}

  /**
   * How far {@link #run} may find it in mixed precision: half of bfloat16's last bit for each time
   * that a result is rounded. On a GPU ATen adds a convolution's bias to what is rounded already,
   * and rounds again.
   */
  static double mixedBound(TorchEngine engine, FlatGraph.Step step) {
    boolean twice =
        !engine.device().isCpu() && step.kind().equals("conv2d") && step.inputs().size() > 2;
    return (twice ? 2 : 1) * TorchCheck.MIXED_OPERATION_BOUND;
  }

  /**
   * The largest difference of any result, as a share of the largest number of that result, or of
   * what it would be without signs.
   *
   * @param step an operation of a graph that is open
   * @param mixed whether in mixed precision, of inputs that are bfloat16 if they can be; ND4J's own
   *     has the same numbers in float32
   */
  static double run(TorchEngine engine, FlatGraph.Step step, boolean mixed) {
    List<INDArray> in = new ArrayList<>();
    List<INDArray> read = new ArrayList<>();
    List<INDArray> expected = new ArrayList<>();
    List<INDArray> found = new ArrayList<>();
    List<INDArray> summed = new ArrayList<>();
    try {
      for (int i = 0; i < step.inputs().size(); i++) {
        INDArray numbers = input(step, i, mixed);
        in.add(numbers);
        read.add(mixed && isNarrow(step.inputs().get(i)) ? narrow(numbers) : numbers.dup('c'));
      }
      for (FlatGraph.Node output : step.outputs()) {
        expected.add(Nd4j.create(output.array().dataType(), output.array().shape()));
        found.add(Nd4j.create(output.array().dataType(), output.array().shape()));
      }
      step.runByNd4j(in, expected);
      List<INDArray> sizes = expected;
      if (mixed && step.kind().equals(SUM_OF_ROUNDED)) {
        for (INDArray numbers : in) {
          float[] values = HostArray.copy(numbers);
          for (int i = 0; i < values.length; i++) {
            HostArray.set(numbers, i, Math.abs(values[i]));
          }
        }
        expected.forEach(any -> summed.add(Nd4j.create(any.dataType(), any.shape())));
        step.runByNd4j(in, summed);
        sizes = summed;
      }
      try (Program program = engine.compile(FlatGraph.of(step, read, found, mixed))) {
        program.run();
      }
      double worst = 0;
      for (int i = 0; i < found.size(); i++) {
        double difference =
            Comparison.worst(
                HostArray.copy(expected.get(i)),
                HostArray.copy(found.get(i)),
                HostArray.copy(sizes.get(i)));
        if (Comparison.size(HostArray.copy(expected.get(i))) == 0) {
          // Zeros would agree with a result that nothing has written.
          difference = Double.NaN;
        }
        worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
      }
      return worst;
    } finally {
      in.forEach(INDArray::close);
      read.forEach(INDArray::close);
      expected.forEach(INDArray::close);
      found.forEach(INDArray::close);
      summed.forEach(INDArray::close);
    }
  }

  /** Whether mixed precision has such a tensor as bfloat16, if it is made of such ones. */
  private static boolean isNarrow(FlatGraph.Node node) {
    INDArray array = node.array();
    return node.origin() != FlatGraph.Origin.CONSTANT
        && array.dataType() == DataType.FLOAT
        && array.rank() > 1
        && array.size(-1) % 2 == 0;
  }

  private static INDArray narrow(INDArray numbers) {
    INDArray narrow = Nd4j.create(DataType.BFLOAT16, numbers.shape());
    float[] values = HostArray.copy(numbers);
    for (int i = 0; i < values.length; i++) {
      HostArray.set(narrow, i, values[i]);
    }
    return narrow;
  }

  private static INDArray input(FlatGraph.Step step, int index, boolean rounded) {
    FlatGraph.Node node = step.inputs().get(index);
    if (node.origin() == FlatGraph.Origin.CONSTANT) {
      return node.array().dup('c');
    }
    INDArray array = Nd4j.create(node.array().dataType(), node.array().shape());
    CounterRandom random = new CounterRandom(7, Stream.INITIALISATION, index, step.kind().length());
    for (long i = 0; i < array.length(); i++) {
      // Around a mean, so that sums are not differences of large numbers.
      double number = 0.5 + random.nextGaussian();
      if (array.dataType() == DataType.BOOL) {
        number = number > 0 ? 1 : 0;
      } else if (POSITIVE.contains(step.kind())) {
        number = 0.5 + Math.abs(number);
      }
      HostArray.set(array, i, rounded ? Bfloat16.rounded((float) number) : number);
    }
    return array;
  }
}
