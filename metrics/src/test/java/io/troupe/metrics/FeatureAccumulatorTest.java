package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureAccumulatorTest {

  @Test
  void threeConstantVectorsHaveAllCovariancesAQuarter() {
    GaussianStatistics statistics = Statistics.ofRows(3, 0, 0, 0, .5f, .5f, .5f, 1, 1, 1);
    assertThat(statistics.count()).isEqualTo(3);
    assertThat(statistics.mean()).containsExactly(.5, .5, .5);
    assertThat(statistics.covariance()).hasSize(9).containsOnly(.25);
  }

  @Test
  void anyDivisionIntoBatchesAgreesWithTheTwoPassFormula() {
    int dimension = 7;
    int count = 101;
    Random random = new Random(3);
    float[] rows = new float[dimension * count];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (random.nextGaussian() * (1 + i % dimension) + 10 * (i % dimension));
    }
    double[] mean = new double[dimension];
    for (int i = 0; i < rows.length; i++) {
      mean[i % dimension] += (double) rows[i] / count;
    }
    double[] covariance = new double[dimension * dimension];
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < dimension; i++) {
        for (int j = 0; j < dimension; j++) {
          covariance[i * dimension + j] +=
              (rows[row * dimension + i] - mean[i])
                  * (rows[row * dimension + j] - mean[j])
                  / (count - 1);
        }
      }
    }
    for (int batch : new int[] {1, 2, 40, count}) {
      try (FeatureAccumulator accumulator = new FeatureAccumulator(dimension)) {
        for (int from = 0; from < count; from += batch) {
          int size = Math.min(batch, count - from);
          float[] part = new float[batch * dimension];
          System.arraycopy(rows, from * dimension, part, 0, size * dimension);
          accumulator.add(part, size);
        }
        GaussianStatistics statistics = accumulator.statistics();
        assertThat(statistics.count()).isEqualTo(count);
        assertThat(statistics.mean()).containsExactly(mean, within(1e-12));
        assertThat(statistics.covariance()).containsExactly(covariance, within(1e-11));
      }
    }
  }

  @Test
  void divisionIntoBatchesChangesNoBit() {
    int dimension = 5;
    int count = 700;
    Random random = new Random(4);
    float[] rows = new float[dimension * count];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    GaussianStatistics whole = Statistics.ofRows(dimension, rows);
    for (int batch : new int[] {1, 255, 256, 257}) {
      try (FeatureAccumulator accumulator = new FeatureAccumulator(dimension)) {
        for (int from = 0; from < count; from += batch) {
          int size = Math.min(batch, count - from);
          accumulator.add(
              Arrays.copyOfRange(rows, from * dimension, (from + size) * dimension), size);
        }
        assertThat(accumulator.statistics().covariance()).isEqualTo(whole.covariance());
        assertThat(accumulator.statistics().mean()).isEqualTo(whole.mean());
      }
    }
  }

  @Test
  void aMeanFarFromZeroCostsNoPrecision() {
    // 2^23 + {0, 1} are exact floats; their squares' sums would lose the variance of 1/4.
    int count = 10_000;
    try (FeatureAccumulator accumulator = new FeatureAccumulator(1)) {
      for (int i = 0; i < count; i++) {
        accumulator.add(new float[] {0x1p23f + i % 2}, 1);
      }
      GaussianStatistics statistics = accumulator.statistics();
      assertThat(statistics.mean()[0]).isEqualTo(0x1p23 + .5, within(1e-7));
      assertThat(statistics.covariance()[0]).isEqualTo(.25 * count / (count - 1), within(1e-9));
    }
  }

  @Test
  void moreVectorsMayFollowAfterReadingTheStatistics() {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(1)) {
      accumulator.add(new float[] {0, 2}, 2);
      assertThat(accumulator.statistics().covariance()).containsExactly(2);
      accumulator.add(new float[] {4}, 1);
      assertThat(accumulator.statistics().covariance()[0]).isEqualTo(4, within(1e-12));
      assertThat(accumulator.statistics().mean()[0]).isEqualTo(2, within(1e-12));
    }
  }

  @Test
  void fewerThanTwoVectorsHaveNoCovariance() {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(2)) {
      accumulator.add(new float[] {1, 2}, 1);
      assertThatThrownBy(accumulator::statistics)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("at least 2 feature vectors, got 1");
    }
  }

  @Test
  void wrongLengthsAreRefused() {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(3)) {
      assertThatThrownBy(() -> accumulator.add(new float[4], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dimension 3, got an array of 4 numbers");
      assertThatThrownBy(() -> accumulator.add(new float[6], 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 feature vectors");
    }
    assertThatThrownBy(() -> new FeatureAccumulator(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNumberThatIsNotFiniteIsNamedAndNothingIsAdded() {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(2)) {
      assertThatThrownBy(() -> accumulator.add(new float[] {1, 2, 3, Float.NaN}, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Feature 1 of vector 1 is NaN");
      assertThat(accumulator.count()).isZero();
      accumulator.add(new float[] {0, 0, 2, 2}, 2);
      assertThat(accumulator.statistics().mean()).containsExactly(1, 1);
    }
  }
}
