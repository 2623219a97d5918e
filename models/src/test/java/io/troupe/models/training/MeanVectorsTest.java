package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.HostArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** How micro-batches and penalties become a step's, on the host and by programs. */
class MeanVectorsTest {
  private record Keeping() implements ProgramCompiler {
    @Override
    public Program compile(Bindings bindings) {
      return CompiledGraph.compile(bindings);
    }

    @Override
    public boolean keepsArrays() {
      return true;
    }
  }

  static List<ProgramCompiler> ways() {
    return List.of(CompiledGraph::compile, new Keeping());
  }

  /** A network of two parameters and two states. */
  private static TrainedNetwork network(ProgramCompiler way) {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Constant(1), 2);
    scope.state("s", new Initial.Constant(1), 2);
    return new TrainedNetwork(
        scope.layout(), new TrainingSettings.Adam(0.1, 0.5, 0.9, 1e-8), 0, List.of(), way);
  }

  private static void set(ParameterVector vector, double... values) {
    HostArray.set(vector.flat(), 0, values);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void gradientsAreSummedByTheirSharesAndStatesAveraged(ProgramCompiler way) {
    try (TrainedNetwork network = network(way);
        StepOutputs outputs = StepOutputs.of(network, 2, way)) {
      set(network.values(), 1, 2, 10, 20);
      // What is left of the step before does not count.
      set(network.gradients(), 7, 7, 0, 0);
      outputs.begin();
      // The part has the network's states, should no program write them.
      assertThat(states(outputs.nextStates())).containsExactly(10, 20);
      set(outputs.gradients(), 4, -8, 11, 22);
      outputs.add(0.5);
      set(outputs.gradients(), 2, 2, 14, 25);
      outputs.add(0.5);
      outputs.finish();
      assertThat(network.gradients().trainable().toDoubleVector()).containsExactly(3, -3);
      assertThat(network.values().flat().toDoubleVector()).containsExactly(1, 2, 12.5, 23.5);
      outputs.beginMore();
      set(outputs.gradients(), 1, 1, 3, 5);
      outputs.add(2);
      outputs.finish();
      assertThat(network.gradients().trainable().toDoubleVector()).containsExactly(5, -1);
      assertThat(network.values().flat().toDoubleVector()).containsExactly(1, 2, 3, 5);
    }
  }

  private static double[] states(ParameterVector vector) {
    double[] all = vector.flat().toDoubleVector();
    return new double[] {all[2], all[3]};
  }

  @ParameterizedTest
  @MethodSource("ways")
  void gradientsOfAPenaltyAreAdded(ProgramCompiler way) {
    try (TrainedNetwork network = network(way);
        StepOutputs outputs = StepOutputs.of(network, 1, way);
        RegulariserGradients added =
            RegulariserGradients.of(Regularisation.ADDED, network, outputs, way)) {
      set(network.gradients(), 1, 2, 0, 0);
      set(added.values(), 10, 20, 0, 0);
      added.add(1);
      assertThat(network.gradients().trainable().toDoubleVector()).containsExactly(11, 22);
    }
  }
}
