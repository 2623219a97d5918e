package io.troupe.models.optimisers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

final class AdamTest {
  private static final TrainingSettings.Adam SETTINGS =
      new TrainingSettings.Adam(0.1, 0.5, 0.9, 1e-8);

  /** ND4J's operations, and a program for engines that keep arrays, here the engine for CPUs. */
  private static final List<ProgramCompiler> WAYS = List.of(CompiledGraph::compile, new Keeping());

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

  /** The first moments after one update, which are half of the gradient that Adam saw. */
  private static double[] firstMoments(ProgramCompiler way, double clipNorm) {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Constant(1), 1);
    scope.parameter("b", new Initial.Constant(1), 2, 1);
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.FLOAT);
        ParameterVector gradients = new ParameterVector(scope.layout(), DataType.FLOAT);
        Adam adam = new Adam(SETTINGS, clipNorm, values, gradients, 0, way)) {
      double[] gradient = {2, -3, 6};
      for (int i = 0; i < gradient.length; i++) {
        gradients.flat().data().put(i, gradient[i]);
      }
      adam.update();
      return adam.firstMoments().array().toDoubleVector();
    }
  }

  static List<ProgramCompiler> ways() {
    return WAYS;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void longerGradientsAreScaledToTheNorm(ProgramCompiler way) {
    // The norm of (2, -3, 6) is 7.
    assertThat(firstMoments(way, 3.5))
        .containsExactly(new double[] {0.5, -0.75, 1.5}, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void shorterGradientsStayAsTheyAre(ProgramCompiler way) {
    assertThat(firstMoments(way, 0)).containsExactly(1, -1.5, 3);
    assertThat(firstMoments(way, 8)).containsExactly(new double[] {1, -1.5, 3}, within(1e-6));
  }

  /** By the paper's algorithm in double precision; the first parameter is frozen. */
  @ParameterizedTest
  @MethodSource("ways")
  void updatesAreThoseOfThePaper(ProgramCompiler way) {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Constant(1), 1);
    scope.parameter("b", new Initial.Constant(1), 3);
    TrainingSettings.Adam large = new TrainingSettings.Adam(0.1, 0.5, 0.9, 0.3);
    double[] values = {1, 2, 3, 4};
    double[] first = new double[4];
    double[] second = new double[4];
    try (ParameterVector vector = new ParameterVector(scope.layout(), DataType.FLOAT);
        ParameterVector gradients = new ParameterVector(scope.layout(), DataType.FLOAT);
        Adam adam = new Adam(large, 0, vector, gradients, 1, way)) {
      HostArray.set(vector.flat(), 0, values);
      for (int update = 1; update <= 3; update++) {
        double[] gradient = {9, update, -0.5 * update, 0.25};
        HostArray.set(gradients.flat(), 0, gradient);
        adam.update();
        for (int i = 1; i < 4; i++) {
          first[i] = 0.5 * first[i] + 0.5 * gradient[i];
          second[i] = 0.9 * second[i] + 0.1 * gradient[i] * gradient[i];
          values[i] -=
              0.1
                  * (first[i] / (1 - Math.pow(0.5, update)))
                  / (Math.sqrt(second[i] / (1 - Math.pow(0.9, update))) + 0.3);
        }
      }
      assertThat(vector.flat().toDoubleVector()).containsExactly(values, within(1e-6));
      assertThat(adam.firstMoments().array().toDoubleVector()).containsExactly(first, within(1e-6));
      assertThat(adam.secondMoments().array().toDoubleVector())
          .containsExactly(second, within(1e-6));
    }
  }

  /** What one update says of a gradient and a parameter. */
  private static boolean isFinite(ProgramCompiler way, double gradient, double parameter) {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Constant(1), 300);
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.FLOAT);
        ParameterVector gradients = new ParameterVector(scope.layout(), DataType.FLOAT);
        Adam adam = new Adam(SETTINGS, 0, values, gradients, 0, way)) {
      HostArray.set(gradients.flat(), 299, gradient);
      HostArray.set(values.flat(), 17, parameter);
      return adam.update();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anUpdateSaysWhetherAllIsFinite(ProgramCompiler way) {
    assertThat(isFinite(way, 1, 1)).isTrue();
    assertThat(isFinite(way, 1e18, -1e18)).isTrue();
    for (double number : new double[] {Double.NaN, Float.POSITIVE_INFINITY, -1e38f * 10}) {
      assertThat(isFinite(way, number, 1)).as("gradient %s", number).isFalse();
      assertThat(isFinite(way, 1, number)).as("parameter %s", number).isFalse();
    }
    // Its square is infinite: the second moment would be for ever.
    assertThat(isFinite(way, 1e30, 1)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anAverageFollowsParametersAndCopiesStates(ProgramCompiler way) {
    try (FloatVector start = vector(1, 2, 3);
        FloatVector next = vector(5, -2, 9);
        MovingAverage average = new MovingAverage(start, 2, way)) {
      average.follow(next, 0.75);
      assertThat(average.values().array().toDoubleVector()).containsExactly(2, 1, 9);
    }
  }

  private static FloatVector vector(float... values) {
    FloatVector vector = FloatVector.zeros(values.length);
    vector.write().put(0, values);
    return vector;
  }
}
