package io.troupe.models.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class InitialTest {
  private static CounterRandom random() {
    return new CounterRandom(3, Stream.INITIALISATION, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"3, 3, 4, 5", "2, 2, 3, 20", "1, 1, 4, 9", "1, 1, 6, 6"})
  void orthogonalIsGramAndSchmidtsOfNormalNumbers(int height, int width, int in, int out) {
    long[] shape = {height, width, in, out};
    double[] drawn = new Initial.Orthogonal().draw(random(), shape);
    double[] normal = new Initial.Normal(1).draw(random(), shape);

    boolean tall = height * width * in >= out;
    double[][] vectors = vectors(drawn, out, tall);
    double[][] expected = gramSchmidt(vectors(normal, out, tall));
    for (int i = 0; i < vectors.length; i++) {
      assertThat(vectors[i]).containsExactly(expected[i], within(1e-12));
      for (int j = 0; j < vectors.length; j++) {
        assertThat(dot(vectors[i], vectors[j])).isCloseTo(i == j ? 1 : 0, within(1e-13));
      }
    }
  }

  private static double[][] vectors(double[] matrix, int columns, boolean ofColumns) {
    int rows = matrix.length / columns;
    double[][] vectors = new double[ofColumns ? columns : rows][ofColumns ? rows : columns];
    for (int i = 0; i < matrix.length; i++) {
      int row = i / columns;
      int column = i % columns;
      vectors[ofColumns ? column : row][ofColumns ? row : column] = matrix[i];
    }
    return vectors;
  }

  private static double[][] gramSchmidt(double[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < i; j++) {
        add(vectors[i], -dot(vectors[i], vectors[j]), vectors[j]);
      }
      add(vectors[i], 1 / Math.sqrt(dot(vectors[i], vectors[i])) - 1, vectors[i].clone());
    }
    return vectors;
  }

  private static void add(double[] to, double factor, double[] what) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void xavierHasTheBoundOfBothFans() {
    assertBound(new Initial.Xavier().draw(random(), 3, 3, 40, 60), Math.sqrt(6.0 / 900));
    assertBound(new Initial.Xavier().draw(random(), 100, 50), Math.sqrt(6.0 / 150));
  }

  private static void assertBound(double[] drawn, double bound) {
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isBetween(0.99 * bound, bound);
    assertThat(Arrays.stream(drawn).min().orElseThrow()).isBetween(-bound, -0.99 * bound);
    double variance = Arrays.stream(drawn).map(x -> x * x).average().orElseThrow();
    assertThat(variance).isCloseTo(bound * bound / 3, within(0.05 * bound * bound / 3));
  }

  /** Element by element, each tensor from its own sequence: as it was before tensors were drawn. */
  @Test
  void tensorsAreDrawnInOrderFromSequencesOfTheirOwn() {
    Scope scope = new GraphBuilder(DataType.FLOAT).scope("", BatchNormMode.BATCH);
    scope.parameter("a", new Initial.Normal(0.02), 2, 3);
    scope.state("u", new Initial.Normal(1), 4);
    scope.parameter("b", new Initial.Uniform(0.5), 5);
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.FLOAT)) {
      values.initialise(112, 1);

      float[] flat = values.flat().data().asFloat();
      int next = 0;
      CounterRandom first = new CounterRandom(112, Stream.INITIALISATION, 1, 0);
      for (int i = 0; i < 6; i++) {
        assertThat(flat[next++]).isEqualTo((float) (0.02 * first.nextGaussian()));
      }
      CounterRandom second = new CounterRandom(112, Stream.INITIALISATION, 1, 1);
      for (int i = 0; i < 5; i++) {
        assertThat(flat[next++]).isEqualTo((float) second.nextDouble(-0.5, 0.5));
      }
      CounterRandom third = new CounterRandom(112, Stream.INITIALISATION, 1, 2);
      for (int i = 0; i < 4; i++) {
        assertThat(flat[next++]).isEqualTo((float) third.nextGaussian());
      }
    }
  }
}
