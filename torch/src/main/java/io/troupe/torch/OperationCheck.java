package io.troupe.torch;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Program;
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
      Set.of("sqrt", "pow", "log", "divide", "Reciprocal", "rdiv_scalar");

  private OperationCheck() {}

  /**
   * The largest difference of any result, as a share of the largest number of that result.
   *
   * @param step an operation of a graph that is open
   */
  static double run(TorchEngine engine, FlatGraph.Step step) {
    List<INDArray> in = new ArrayList<>();
    List<INDArray> expected = new ArrayList<>();
    List<INDArray> found = new ArrayList<>();
    try {
      for (int i = 0; i < step.inputs().size(); i++) {
        in.add(input(step, i));
      }
      for (FlatGraph.Node output : step.outputs()) {
        expected.add(Nd4j.create(output.array().dataType(), output.array().shape()));
        found.add(Nd4j.create(output.array().dataType(), output.array().shape()));
      }
      step.runByNd4j(in, expected);
      try (Program program = engine.compile(FlatGraph.of(step, in, found))) {
        program.run();
      }
      double worst = 0;
      for (int i = 0; i < found.size(); i++) {
        double difference =
            Comparison.worst(HostArray.copy(expected.get(i)), HostArray.copy(found.get(i)));
        if (Comparison.size(HostArray.copy(expected.get(i))) == 0) {
          // Zeros would agree with a result that nothing has written.
          difference = Double.NaN;
        }
        worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
      }
      return worst;
    } finally {
      in.forEach(INDArray::close);
      expected.forEach(INDArray::close);
      found.forEach(INDArray::close);
    }
  }

  private static INDArray input(FlatGraph.Step step, int index) {
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
      HostArray.set(array, i, number);
    }
    return array;
  }
}
