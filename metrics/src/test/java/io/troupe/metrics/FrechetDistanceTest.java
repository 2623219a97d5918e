package io.troupe.metrics;

import static io.troupe.metrics.FrechetDistance.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  private static final float[] POINTS = {0, 0, 1, 0, 0, 2, 1, 2};

  @Test
  void diagonalCovariancesHaveTheClosedForm() {
    // |(1, 2)|^2 + (1 - 3)^2 + (2 - 1)^2
    GaussianStatistics first = Statistics.of(new double[] {0, 0}, new double[][] {{1, 0}, {0, 4}});
    GaussianStatistics second = Statistics.of(new double[] {1, 2}, new double[][] {{9, 0}, {0, 1}});
    assertThat(between(first, second)).isEqualTo(10, within(1e-12));
  }

  @Test
  void covariancesThatDoNotCommute() {
    double[] mean = {3, -1};
    GaussianStatistics first = Statistics.of(mean, new double[][] {{2, 1}, {1, 2}});
    GaussianStatistics second = Statistics.of(mean, new double[][] {{1, 0}, {0, 3}});
    assertThat(between(first, second)).isEqualTo(0.51668522645, within(1e-10));
  }

  @Test
  void twoDimensionsHaveAClosedForm() {
    Random random = new Random(17);
    for (int trial = 0; trial < 50; trial++) {
      GaussianStatistics first = Statistics.random(random, 2, 5);
      GaussianStatistics second = Statistics.random(random, 2, 5);
      double[] a = first.covariance();
      double[] b = second.covariance();
      double trace = a[0] * b[0] + 2 * a[1] * b[1] + a[3] * b[3];
      double determinants = (a[0] * a[3] - a[1] * a[1]) * (b[0] * b[3] - b[1] * b[1]);
      double rootTrace = Math.sqrt(trace + 2 * Math.sqrt(Math.max(determinants, 0)));
      double x = first.mean()[0] - second.mean()[0];
      double y = first.mean()[1] - second.mean()[1];
      double expected = x * x + y * y + a[0] + a[3] + b[0] + b[3] - 2 * rootTrace;
      assertThat(between(first, second)).isEqualTo(expected, within(1e-8 * (1 + expected)));
    }
  }

  @Test
  void shiftedPointsDifferByTheSquaredShift() {
    float[] shifted = POINTS.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 1;
    }
    assertThat(between(Statistics.ofRows(2, POINTS), Statistics.ofRows(2, shifted)))
        .isEqualTo(2, within(1e-12));
  }

  @Test
  void doubledPointsUseTheUnbiasedCovariance() {
    // 35/12; dividing by the count would give 2.5.
    assertThat(between(Statistics.ofRows(2, POINTS), Statistics.ofRows(2, scaled(POINTS, 2))))
        .isEqualTo(35.0 / 12, within(1e-12));
  }

  @Test
  void theDistanceIsSymmetric() {
    Random random = new Random(5);
    GaussianStatistics first = Statistics.random(random, 12, 40);
    GaussianStatistics second = Statistics.random(random, 12, 60);
    double distance = between(first, second);
    assertThat(distance).isGreaterThan(1);
    assertThat(between(second, first)).isEqualTo(distance, within(1e-9 * distance));
  }

  @Test
  void aDistributionIsAtDistanceZeroFromItself() {
    GaussianStatistics statistics = Statistics.random(new Random(6), 30, 100);
    assertThat(between(statistics, statistics))
        .isEqualTo(0, within(1e-6 * statistics.totalVariance()));
  }

  @Test
  void aRotationOfBothChangesNothing() {
    float[] other = {5, 1, -2, 0, 3, 3, 1, 7, 2, 2};
    double distance = between(Statistics.ofRows(2, POINTS), Statistics.ofRows(2, other));
    assertThat(distance).isGreaterThan(1);
    for (double angle : new double[] {.1, 1, Math.PI / 2, 2.5}) {
      assertThat(
              between(
                  Statistics.ofRows(2, rotated(POINTS, angle)),
                  Statistics.ofRows(2, rotated(other, angle))))
          .isEqualTo(distance, within(1e-5 * distance));
    }
  }

  @Test
  void scalingBothScalesTheDistanceByTheSquare() {
    float[] other = {5, 1, -2, 0, 3, 3, 1, 7, 2, 2};
    double distance = between(Statistics.ofRows(2, POINTS), Statistics.ofRows(2, other));
    assertThat(
            between(
                Statistics.ofRows(2, scaled(POINTS, 4)), Statistics.ofRows(2, scaled(other, 4))))
        .isEqualTo(16 * distance, within(1e-9 * distance));
  }

  @Test
  void singularCovariancesNeedNoSpecialCase() {
    // Variance along one axis only, and the other: the root of the product is zero.
    GaussianStatistics alongX =
        Statistics.of(new double[3], new double[][] {{4, 0, 0}, {0, 0, 0}, {0, 0, 0}});
    GaussianStatistics alongY =
        Statistics.of(new double[3], new double[][] {{0, 0, 0}, {0, 9, 0}, {0, 0, 0}});
    assertThat(between(alongX, alongY)).isEqualTo(13, within(1e-12));
    assertThat(between(alongX, alongX)).isEqualTo(0, within(1e-12));
    GaussianStatistics fewerVectorsThanFeatures = Statistics.random(new Random(8), 50, 10);
    GaussianStatistics others = Statistics.random(new Random(9), 50, 10);
    assertThat(between(fewerVectorsThanFeatures, others)).isFinite().isGreaterThan(1);
    assertThat(between(fewerVectorsThanFeatures, fewerVectorsThanFeatures))
        .isEqualTo(0, within(1e-6 * fewerVectorsThanFeatures.totalVariance()));
  }

  @Test
  void agreesWithSciPysMatrixRoot() {
    GaussianStatistics real = Statistics.ofRows(Expected.DIMENSION, Expected.floats("real"));
    GaussianStatistics fake = Statistics.ofRows(Expected.DIMENSION, Expected.floats("fake"));
    assertThat(real.mean()).containsExactly(Expected.doubles("mean"), within(1e-12));
    assertThat(real.covariance()).containsExactly(Expected.doubles("covariance"), within(1e-12));
    double expected = Expected.doubles("fid")[0];
    assertThat(between(real, fake)).isEqualTo(expected, within(1e-9));
    assertThat(between(fake, real)).isEqualTo(expected, within(1e-9));
    float[] six = Arrays.copyOf(Expected.floats("real"), 6 * Expected.DIMENSION);
    GaussianStatistics few = Statistics.ofRows(Expected.DIMENSION, six);
    expected = Expected.doubles("singular_fid")[0];
    assertThat(few.factor().rank()).isEqualTo(5);
    assertThat(between(few, fake)).isEqualTo(expected, within(1e-6));
    assertThat(between(fake, few)).isEqualTo(expected, within(1e-6));
  }

  @Test
  void covariancesThatFloat32HasMadeIndefiniteAreHandled() {
    // Of rank 3, but rounding to float32 leaves small eigenvalues of either sign.
    int dimension = 40;
    GaussianStatistics exact = Statistics.random(new Random(11), dimension, 4);
    double[] rounded = exact.covariance();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) rounded[i];
    }
    GaussianStatistics loaded = new GaussianStatistics(exact.mean(), rounded, 0);
    GaussianStatistics other = Statistics.random(new Random(12), dimension, 200);
    double expected = between(exact, other);
    assertThat(expected).isGreaterThan(100);
    assertThat(between(loaded, other)).isEqualTo(expected, within(1e-3 * expected));
    assertThat(between(other, loaded)).isEqualTo(expected, within(1e-3 * expected));
  }

  @Test
  void theFactorIsARootOfTheCovariance() {
    GaussianStatistics statistics = Statistics.random(new Random(13), 25, 60);
    CovarianceFactor factor = statistics.factor();
    assertThat(factor.rank()).isEqualTo(25);
    double[] covariance = statistics.covariance();
    for (int i = 0; i < 25; i++) {
      for (int j = 0; j < 25; j++) {
        double sum = 0;
        for (int k = 0; k < 25; k++) {
          sum += factor.values()[i * 25 + k] * factor.values()[j * 25 + k];
        }
        assertThat(sum).isEqualTo(covariance[i * 25 + j], within(1e-9));
      }
    }
  }

  @Test
  void inceptionsDimensionIsHandled() {
    int dimension = 2048;
    double[] identity = new double[dimension * dimension];
    double[] ones = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      identity[i * dimension + i] = 1;
      ones[i] = 1;
    }
    assertThat(
            between(
                new GaussianStatistics(new double[dimension], identity, 5000),
                new GaussianStatistics(ones, identity, 5000)))
        .isEqualTo(2048, within(1e-9));
  }

  @Test
  void differentDimensionsDoNotCompare() {
    assertThatThrownBy(() -> between(Statistics.ofRows(2, POINTS), Statistics.ofRows(4, POINTS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dimension 2")
        .hasMessageContaining("dimension 4");
  }

  private static float[] scaled(float[] points, float factor) {
    float[] out = points.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= factor;
    }
    return out;
  }

  private static float[] rotated(float[] points, double angle) {
    float[] out = new float[points.length];
    for (int i = 0; i < out.length; i += 2) {
      out[i] = (float) (Math.cos(angle) * points[i] - Math.sin(angle) * points[i + 1]);
      out[i + 1] = (float) (Math.sin(angle) * points[i] + Math.cos(angle) * points[i + 1]);
    }
    return out;
  }
}
