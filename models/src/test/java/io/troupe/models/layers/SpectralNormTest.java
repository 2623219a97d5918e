package io.troupe.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Power iterations on [[1, 2], [3, 4]] (rows are outputs), computed apart in double. */
class SpectralNormTest {
  @Test
  void eachRunIsOnePowerIteration() {
    GraphBuilder graph = new GraphBuilder(DataType.DOUBLE);
    Scope scope = graph.scope("", BatchNormMode.BATCH);
    graph.output(
        "normalised", SpectralNorm.weight(scope, new Initial.Constant(0), 1e-12, 2, false, 2, 2));
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.DOUBLE);
        INDArray normalised = Nd4j.create(DataType.DOUBLE, 2, 2)) {
      values.view("weight").assign(Nd4j.createFromArray(new double[][] {{1, 3}, {2, 4}}));
      values.view("u").assign(Nd4j.createFromArray(1.0, 0.0));
      Bindings bindings =
          new Bindings(graph.build())
              .bindNetwork("", values)
              .bindNextStates("", values)
              .bind("normalised", normalised);
      try (Program program = CompiledGraph.compile(bindings)) {
        for (double sigma : new double[] {5.4037024344, 5.4649844507, 5.4649857038}) {
          program.run();
          assertThat(4 / normalised.getDouble(1, 1)).isCloseTo(sigma, within(1e-9));
        }
      }
    }
  }
}
