package io.troupe.models.optimisers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Scope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

final class AdamTest {
  private static final TrainingSettings.Adam SETTINGS =
      new TrainingSettings.Adam(0.1, 0.5, 0.9, 1e-8);

  /** The first moments after one update, which are half of the gradient that Adam saw. */
  private static double[] firstMoments(double clipNorm) {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Constant(1), 1);
    scope.parameter("b", new Initial.Constant(1), 2, 1);
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.FLOAT);
        ParameterVector gradients = new ParameterVector(scope.layout(), DataType.FLOAT);
        Adam adam = new Adam(SETTINGS, clipNorm, values, gradients)) {
      double[] gradient = {2, -3, 6};
      for (int i = 0; i < gradient.length; i++) {
        gradients.flat().data().put(i, gradient[i]);
      }
      adam.update();
      return adam.firstMoments().array().toDoubleVector();
    }
  }

  @Test
  void longerGradientsAreScaledToTheNorm() {
    // The norm of (2, -3, 6) is 7.
    assertThat(firstMoments(3.5)).containsExactly(new double[] {0.5, -0.75, 1.5}, within(1e-6));
  }

  @Test
  void shorterGradientsStayAsTheyAre() {
    assertThat(firstMoments(0)).containsExactly(1, -1.5, 3);
    assertThat(firstMoments(8)).containsExactly(new double[] {1, -1.5, 3}, within(1e-6));
  }
}
