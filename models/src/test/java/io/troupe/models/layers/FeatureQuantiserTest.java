package io.troupe.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

class FeatureQuantiserTest {
  private static final int CODES = 6;
  private static final int CHANNELS = 3;
  private static final int POSITIONS = 8;
  private static final long[] SHAPE = {2, 2, 2, CHANNELS};
  private static final double COMMITMENT = 10;
  private static final double DECAY = 0.9;
  private static final FeatureQuantiser QUANTISER =
      new FeatureQuantiser(new NetworkSettings.Quantiser("0", COMMITMENT, CODES, DECAY));

  @Test
  void gradientHoldsTheNearestCodesConstant() {
    new GradientCheck()
        .input("x", SHAPE)
        .check(
            (scope, in) -> {
              SDVariable x = in.get("x");
              return x.mul(QUANTISER.apply(scope, x, CHANNELS).loss()).add(x);
            },
            BatchNormMode.BATCH);
  }

  @Test
  void featuresThatAreCodesCostNothing() {
    INDArray x = Evaluated.random(0, SHAPE);
    try (Evaluated loss = evaluated(x, Quantisation::loss, false)) {
      assertThat(loss.run().getDouble(0)).isGreaterThan(1);
      for (int i = 0; i < POSITIONS; i++) {
        INDArray code = loss.array("codes").getRow(i % CODES);
        x.reshape(POSITIONS, CHANNELS).getRow(i).assign(code);
      }
      assertThat(loss.run().getDouble(0)).isZero();
    }
  }

  @Test
  void codesMoveInTrainingOnly() {
    try (Evaluated still = evaluated(Evaluated.random(0, SHAPE), Quantisation::loss, false)) {
      INDArray before = still.array("codes").dup();
      still.run();
      assertThat(Evaluated.distance(still.array("codes"), before)).isZero();
      assertThat(still.array("counts").sumNumber().doubleValue()).isZero();
    }
  }

  @Test
  void perplexityIsTheNumberOfCodesInUse() {
    INDArray x = Evaluated.random(0, SHAPE);
    try (Evaluated perplexity = evaluated(x, Quantisation::perplexity, false)) {
      assertThat(perplexity.run().getDouble(0)).isBetween(1.0, (double) CODES);
      INDArray rows = x.reshape(POSITIONS, CHANNELS);
      for (int used : new int[] {1, 2, 4}) {
        for (int i = 0; i < POSITIONS; i++) {
          rows.getRow(i).assign(perplexity.array("codes").getRow(i % used));
        }
        assertThat(perplexity.run().getDouble(0)).isCloseTo(used, within(1e-12));
      }
    }
  }

  /** The published formulas, feature by feature, over several steps. */
  @Test
  void stepsAreThoseOfTheFormulas() {
    INDArray x = Evaluated.random(1, SHAPE);
    try (Evaluated layer = evaluated(x, Quantisation::loss, true)) {
      double[][] codes = layer.array("codes").toDoubleMatrix();
      double[][] sums = layer.array("sums").toDoubleMatrix();
      double[] counts = new double[CODES];
      for (int step = 0; step < 4; step++) {
        x.assign(Evaluated.random(1 + step, SHAPE));
        double expected =
            step(x.reshape(POSITIONS, CHANNELS).toDoubleMatrix(), codes, sums, counts);

        assertThat(layer.run().getDouble(0)).isCloseTo(expected, within(1e-12 * expected));

        for (int k = 0; k < CODES; k++) {
          assertThat(layer.array("counts").getDouble(k)).isCloseTo(counts[k], within(1e-12));
          for (int c = 0; c < CHANNELS; c++) {
            double code = codes[k][c];
            assertThat(layer.array("codes").getDouble(k, c))
                .isCloseTo(code, within(1e-11 * Math.max(1, Math.abs(code))));
          }
        }
      }
    }
  }

  /** Moves the codes; gives the loss before. */
  private static double step(double[][] x, double[][] codes, double[][] sums, double[] counts) {
    double loss = 0;
    double[] newCounts = new double[CODES];
    double[][] newSums = new double[CODES][CHANNELS];
    for (double[] feature : x) {
      int nearest = 0;
      for (int k = 1; k < CODES; k++) {
        if (distance(feature, codes[k]) < distance(feature, codes[nearest])) {
          nearest = k;
        }
      }
      loss += distance(feature, codes[nearest]) / (POSITIONS * CHANNELS);
      newCounts[nearest]++;
      for (int c = 0; c < CHANNELS; c++) {
        newSums[nearest][c] += feature[c];
      }
    }
    double total = 0;
    for (int k = 0; k < CODES; k++) {
      counts[k] = DECAY * counts[k] + (1 - DECAY) * newCounts[k];
      total += counts[k];
    }
    for (int k = 0; k < CODES; k++) {
      double smoothed = (counts[k] + 1e-5) / (total + CODES * 1e-5) * total;
      for (int c = 0; c < CHANNELS; c++) {
        sums[k][c] = DECAY * sums[k][c] + (1 - DECAY) * newSums[k][c];
        codes[k][c] = sums[k][c] / smoothed;
      }
    }
    return COMMITMENT * loss;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static Evaluated evaluated(
      INDArray x, Function<Quantisation, SDVariable> result, boolean training) {
    return new Evaluated(
        Map.of("x", x),
        (scope, in) -> {
          Quantisation quantisation = QUANTISER.apply(scope, in.get("x"), CHANNELS);
          if (training) {
            quantisation.follow();
          }
          return result.apply(quantisation);
        });
  }
}
