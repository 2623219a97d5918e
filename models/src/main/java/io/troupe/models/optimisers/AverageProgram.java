package io.troupe.models.optimisers;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** As a program, where an engine keeps the vectors. */
final class AverageProgram implements AverageStep {
  private static final String AVERAGE = "average";
  private static final String VALUES = "values";
  private static final String SHARES = "shares";
  private static final String STATES = "states";
  private static final String NEXT = "next ";

  private final INDArray shares = Nd4j.create(DataType.FLOAT, 2);
  private final Program program;

  /**
   * A step.
   *
   * @param averaged how many of the values, from the first on, are averaged; the others are copied
   */
  AverageProgram(INDArray average, INDArray values, long averaged, ProgramCompiler compiler) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable share = graph.input(SHARES, 2);
    graph.output(
        NEXT + AVERAGE,
        graph
            .input(AVERAGE, averaged)
            .mul(graph.sameDiff().slice(share, new int[] {0}, 1))
            .add(
                graph
                    .input(VALUES, averaged)
                    .mul(graph.sameDiff().slice(share, new int[] {1}, 1))));
    boolean copies = averaged < average.length();
    if (copies) {
      graph.output(
          NEXT + STATES,
          graph.sameDiff().identity(graph.input(STATES, average.length() - averaged)));
    }
    INDArray first = average.get(NDArrayIndex.interval(0, averaged));
    Bindings bindings =
        new Bindings(graph.build())
            .bind(SHARES, shares)
            .bind(AVERAGE, first)
            .bind(VALUES, values.get(NDArrayIndex.interval(0, averaged)))
            .bind(NEXT + AVERAGE, first);
    if (copies) {
      bindings
          .bind(STATES, values.get(NDArrayIndex.interval(averaged, values.length())))
          .bind(NEXT + STATES, average.get(NDArrayIndex.interval(averaged, average.length())));
    }
    program = compiler.compile(bindings);
  }

  @Override
  public void run(double decay) {
    HostArray.set(shares, 0, decay);
    HostArray.set(shares, 1, 1 - decay);
    program.run();
  }

  @Override
  public void close() {
    program.close();
    shares.close();
  }
}
