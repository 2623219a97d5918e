package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GaussianStatisticsTest {

  @Test
  void arraysAreCopiedOnTheWayInAndOut() {
    double[] mean = {1, 2};
    double[] covariance = {1, 0, 0, 1};
    GaussianStatistics statistics = new GaussianStatistics(mean, covariance, 2);
    mean[0] = 9;
    covariance[0] = 9;
    statistics.mean()[1] = 9;
    statistics.covariance()[3] = 9;
    assertThat(statistics.mean()).containsExactly(1, 2);
    assertThat(statistics.covariance()).containsExactly(1, 0, 0, 1);
    assertThat(statistics.dimension()).isEqualTo(2);
  }

  @Test
  void badValuesAreRefusedByName() {
    double[] mean = {0, 0};
    assertRefused(mean, new double[3], 2, "2 numbers needs a covariance of its square; got 3");
    assertRefused(new double[0], new double[0], 2, "0 numbers");
    assertRefused(mean, new double[4], 1, "at least 2 feature vectors, got 1");
    assertRefused(
        new double[] {0, Double.NaN}, new double[4], 2, "The mean holds NaN at position 1");
    assertRefused(
        mean,
        new double[] {1, 0, 0, Double.POSITIVE_INFINITY},
        2,
        "The covariance holds Infinity at position 3");
    assertRefused(mean, new double[] {1, .5, .25, 1}, 2, "not symmetric at row 0, column 1");
  }

  private static void assertRefused(
      double[] mean, double[] covariance, long count, String message) {
    assertThatThrownBy(() -> new GaussianStatistics(mean, covariance, count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
