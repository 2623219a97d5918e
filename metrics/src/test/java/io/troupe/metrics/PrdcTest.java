package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrdcTest {

  @Test
  void pointsOnALine() {
    FeatureRows real = Expected.rows(1, 0, 1, 2, 4);
    FeatureRows fake = Expected.rows(1, .5f, 1.5f, 10, 11);
    assertThat(Prdc.of(real, fake, 1)).isEqualTo(new Prdc(.5, .75, 1, .75));
    assertThat(Prdc.of(real, fake, 2)).isEqualTo(new Prdc(.5, 1, .875, 1));
  }

  @Test
  void equalSetsCoverEachOtherAndFarOnesDoNot() {
    FeatureRows real = Expected.rows("real");
    Prdc same = Prdc.of(real, real, 5);
    assertThat(same.precision()).isEqualTo(1);
    assertThat(same.recall()).isEqualTo(1);
    assertThat(same.coverage()).isEqualTo(1);
    float[] far = Expected.floats("fake");
    for (int i = 0; i < far.length; i++) {
      far[i] += 1000;
    }
    assertThat(Prdc.of(real, Expected.rows(Expected.DIMENSION, far), 5))
        .isEqualTo(new Prdc(0, 0, 0, 0));
  }

  @Test
  void agreesWithScikitLearn() {
    Prdc scores = Prdc.of(Expected.rows("real"), Expected.rows("fake"), Prdc.NEIGHBOUR);
    assertThat(
            new double[] {scores.precision(), scores.recall(), scores.density(), scores.coverage()})
        .containsExactly(Expected.doubles("prdc"), within(1e-12));
  }

  @Test
  void setsOfSeveralTilesFarFromZeroAgreeWithBruteForce() {
    // The features differ by about 1e-4 of their size, which float32 products could not tell.
    Random random = new Random(2);
    float[] real = new float[1500 * 3];
    float[] fake = new float[1100 * 3];
    for (float[] values : new float[][] {real, fake}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = 10_000 + (float) random.nextGaussian();
      }
    }
    FeatureRows reals = Expected.rows(3, real);
    FeatureRows fakes = Expected.rows(3, fake);
    double[] realRadii = radii(reals, 5);
    double[] fakeRadii = radii(fakes, 5);
    int[] balls = new int[fakes.size()];
    int recalled = 0;
    int covered = 0;
    for (int i = 0; i < reals.size(); i++) {
      boolean inFake = false;
      boolean hasFake = false;
      for (int j = 0; j < fakes.size(); j++) {
        double distance = distance(reals.row(i), fakes.row(j));
        inFake |= distance < fakeRadii[j];
        hasFake |= distance < realRadii[i];
        balls[j] += distance < realRadii[i] ? 1 : 0;
      }
      recalled += inFake ? 1 : 0;
      covered += hasFake ? 1 : 0;
    }
    Prdc scores = Prdc.of(reals, fakes, 5);
    assertThat(scores.precision())
        .isEqualTo((double) Arrays.stream(balls).filter(n -> n > 0).count() / fakes.size());
    assertThat(scores.recall()).isEqualTo((double) recalled / reals.size());
    assertThat(scores.density())
        .isEqualTo(Arrays.stream(balls).sum() / 5.0 / fakes.size(), within(1e-12));
    assertThat(scores.coverage()).isEqualTo((double) covered / reals.size());
  }

  private static double[] radii(FeatureRows set, int k) {
    double[] radii = new double[set.size()];
    for (int i = 0; i < radii.length; i++) {
      double[] distances = new double[set.size()];
      for (int j = 0; j < distances.length; j++) {
        distances[j] = distance(set.row(i), set.row(j));
      }
      Arrays.sort(distances);
      radii[i] = distances[k];
    }
    return radii;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @Test
  void collapsedImagesAreAtDistanceZero() {
    // All generated vectors are one: their balls are empty, as nothing is strictly nearer than 0.
    float[] one = new float[8 * 300];
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      one[i] = (float) random.nextGaussian() * 100;
    }
    for (int row = 1; row < 8; row++) {
      System.arraycopy(one, 0, one, row * 300, 300);
    }
    FeatureRows fake = Expected.rows(300, one);
    Prdc scores = Prdc.of(fake, fake, 5);
    assertThat(scores).isEqualTo(new Prdc(0, 0, 0, 0));
  }

  @Test
  void tooFewVectorsAreRefused() {
    FeatureRows five = Expected.rows(1, 1, 2, 3, 4, 5);
    assertThatThrownBy(() -> Prdc.of(five, Expected.rows("real"), 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 6")
        .hasMessageContaining("5 and 210");
  }
}
