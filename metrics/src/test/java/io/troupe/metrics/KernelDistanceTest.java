package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelDistanceTest {
  private static final FeatureRows POINTS = Expected.rows(2, 0, 0, 1, 0, 0, 2, 1, 2);

  @Test
  void smallSetsHaveKnownDistances() {
    FeatureRows doubled = Expected.rows(2, 0, 0, 2, 0, 0, 4, 2, 4);
    assertThat(KernelDistance.exact(POINTS, doubled)).isEqualTo(54.39583333, within(1e-8));
    assertThat(KernelDistance.exact(POINTS, POINTS)).isEqualTo(-6.41666667, within(1e-8));
    assertThat(KernelDistance.exact(Expected.rows(1, 0, 1), Expected.rows(1, 0, 2)))
        .isEqualTo(-13, within(1e-12));
  }

  @Test
  void setsOfSeveralTilesAgreeWithTheSumOverPairs() {
    Random random = new Random(4);
    FeatureRows real = random(random, 1100, 3, 0);
    FeatureRows fake = random(random, 2100, 3, 0.3f);
    double within = 0;
    for (FeatureRows set : new FeatureRows[] {real, fake}) {
      double sum = 0;
      for (int i = 0; i < set.size(); i++) {
        for (int j = 0; j < set.size(); j++) {
          sum += i == j ? 0 : kernel(set.row(i), set.row(j));
        }
      }
      within += sum / set.size() / (set.size() - 1);
    }
    double between = 0;
    for (int i = 0; i < real.size(); i++) {
      for (int j = 0; j < fake.size(); j++) {
        between += kernel(real.row(i), fake.row(j));
      }
    }
    double expected = within - 2 * between / real.size() / fake.size();
    assertThat(KernelDistance.exact(real, fake)).isEqualTo(expected, within(1e-10));
  }

  private static double kernel(float[] x, float[] y) {
    double inner = 0;
    for (int i = 0; i < x.length; i++) {
      inner += (double) x[i] * y[i];
    }
    return Math.pow(inner / x.length + 1, 3);
  }

  private static FeatureRows random(Random random, int count, int dimension, float shift) {
    float[] values = new float[count * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() + shift;
    }
    return Expected.rows(dimension, values);
  }

  @Test
  void agreesWithScikitLearnsKernel() {
    assertThat(KernelDistance.exact(Expected.rows("real"), Expected.rows("fake")))
        .isEqualTo(Expected.doubles("kid")[0], within(1e-12));
  }

  @Test
  void subsetsAreThoseOfTorchFidelity() {
    Estimate estimate = KernelDistance.ofSubsets(Expected.rows("real"), Expected.rows("fake"), 100);
    double[] expected = Expected.doubles("kid_of_subsets");
    assertThat(estimate.mean()).isEqualTo(expected[0], within(1e-12));
    assertThat(estimate.deviation()).isEqualTo(expected[1], within(1e-12));
  }

  @Test
  void subsetsOfAllVectorsAreTheExactEstimate() {
    FeatureRows real = Expected.rows("real").select(IntStream.range(0, 170).toArray());
    FeatureRows fake = Expected.rows("fake");
    Estimate estimate = KernelDistance.ofSubsets(real, fake);
    assertThat(estimate.mean()).isEqualTo(KernelDistance.exact(real, fake), within(1e-12));
    assertThat(estimate.deviation()).isLessThan(1e-12);
  }

  @Test
  void subsetsVaryAroundTheExactEstimateAndAreTheSameAgain() {
    Random random = new Random(9);
    FeatureRows real = random(random, 300, 4, 0);
    FeatureRows fake = random(random, 250, 4, 0.2f);
    double exact = KernelDistance.exact(real, fake);
    Estimate estimate = KernelDistance.ofSubsets(real, fake, 100);
    assertThat(estimate.deviation()).isPositive();
    // The mean of 100 subsets, which overlap.
    assertThat(estimate.mean()).isEqualTo(exact, within(0.4 * estimate.deviation()));
    assertThat(KernelDistance.ofSubsets(real, fake, 100)).isEqualTo(estimate);
  }

  @Test
  void oneVectorIsTooFew() {
    assertThatThrownBy(() -> KernelDistance.exact(POINTS, Expected.rows(2, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2")
        .hasMessageContaining("4 and 1");
  }
}
