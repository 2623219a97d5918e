package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Rounding;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int DRAWS = 20_000;
  private static final RunSettings.Augmentation ALL =
      new RunSettings.Augmentation(true, 0.2, 0.2, 0.2, 0.1, Rounding.NONE);

  @Test
  void zeroStrengthsOnlyScale() {
    byte[] image = new byte[16 * 16 * 3];
    float[] expected = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) i;
      expected[i] = i % 256 / 127.5f - 1;
    }
    Augmentation augmentation = new Augmentation(strengths(0, 0, 0, 0), 1, 16, 16, 3);
    float[] target = new float[image.length];
    augmentation.apply(image, 3, 4, target, 0);

    assertThat(target).isEqualTo(expected);
    assertThat(target).contains(-1f, 1f);
  }

  @Test
  void mirroringSwapsColumnsAndKeepsRowsAndChannels() {
    // Two rows of three pixels.
    byte[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    float[] mirrored = new float[18];
    Augmentation.loadMirrored(image, 3, 3, mirrored, 0);
    assertThat(mirrored)
        .containsExactly(7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13);

    byte[] once = new byte[18];
    for (int i = 0; i < once.length; i++) {
      once[i] = (byte) mirrored[i];
    }
    float[] plain = new float[18];
    Augmentation.load(image, plain, 0);
    Augmentation.loadMirrored(once, 3, 3, mirrored, 0);
    assertThat(mirrored).isEqualTo(plain);
  }

  @Test
  void halfOfTheImagesAreMirrored() {
    byte[] image = {0, 0, 0, (byte) 255, (byte) 255, (byte) 255};
    Augmentation augmentation =
        new Augmentation(new RunSettings.Augmentation(true, 0, 0, 0, 0, Rounding.NONE), 1, 1, 2, 3);
    float[] target = new float[6];
    int mirrored = 0;
    for (int i = 0; i < DRAWS; i++) {
      augmentation.apply(image, 1 + i / 100, i % 100, target, 0);
      assertThat(target[0]).isEqualTo(-target[3]);
      mirrored += target[0] > 0 ? 1 : 0;
    }
    // Five standard deviations of a binomial.
    assertThat(mirrored).isBetween(DRAWS / 2 - 354, DRAWS / 2 + 354);
  }

  @Test
  void brightnessFactorsAreUniform() {
    double[] factors = new double[DRAWS];
    byte[] image = {100, 100, 100};
    for (int i = 0; i < DRAWS; i++) {
      factors[i] = applied(strengths(0.3, 0, 0, 0), image, 1, 1, i)[0] / 100;
    }
    assertUniform(factors, 0.7, 1.3);
  }

  @Test
  void factorsAreNotNegative() {
    double[] factors = new double[DRAWS];
    byte[] image = {100, 100, 100};
    for (int i = 0; i < DRAWS; i++) {
      factors[i] = applied(strengths(1.4, 0, 0, 0), image, 1, 1, i)[0] / 100;
    }
    assertUniform(factors, 0, 2.4);
  }

  @Test
  void contrastFactorsAreUniform() {
    double[] factors = new double[DRAWS];
    byte[] image = {80, 80, 80, 120, 120, 120};
    for (int i = 0; i < DRAWS; i++) {
      float[] rgb = applied(strengths(0, 0.2, 0, 0), image, 1, 2, i);
      factors[i] = (rgb[3] - rgb[0]) / 40;
    }
    assertUniform(factors, 0.8, 1.2);
  }

  @Test
  void saturationFactorsAreUniform() {
    double[] factors = new double[DRAWS];
    byte[] image = {120, 100, 80};
    for (int i = 0; i < DRAWS; i++) {
      float[] rgb = applied(strengths(0, 0, 0.2, 0), image, 1, 1, i);
      factors[i] = (rgb[0] - rgb[2]) / 40;
    }
    assertUniform(factors, 0.8, 1.2);
  }

  /** From yellow-green, hue 1/4, a turn of up to 0.1 keeps green the largest channel. */
  @Test
  void hueTurnsAreUniform() {
    double[] turns = new double[DRAWS];
    byte[] image = {60, 120, 0};
    for (int i = 0; i < DRAWS; i++) {
      float[] rgb = applied(strengths(0, 0, 0, 0.08), image, 1, 1, i);
      turns[i] = (2 + (rgb[2] - rgb[0]) / 120) / 6 - 0.25;
    }
    assertUniform(turns, -0.08, 0.08);
  }

  /**
   * Contrast and hue do not commute: contrast blends with the mean of the grey image, which hue
   * changes. A grey pixel shows the mean that was used, a coloured one both factors.
   */
  @Test
  void operationsComeInEitherOrder() {
    byte[] image = {120, 60, 60, 90, 90, 90};
    double meanBefore = (0.2989 * 120 + 0.701 * 60 + 0.9999 * 90) / 2;
    int contrastFirst = 0;
    int hueFirst = 0;
    for (int i = 0; i < 2000; i++) {
      float[] rgb = applied(strengths(0, 0.5, 0, 0.15), image, 1, 2, i);
      double contrast = (rgb[0] - Math.min(rgb[1], rgb[2])) / 60;
      double turn = (rgb[1] - rgb[2]) / (60 * contrast);
      double meanAfter =
          (60 * 0.9999
                  + 60 * (0.2989 + 0.587 * Math.max(turn, 0) + 0.114 * Math.max(-turn, 0))
                  + 0.9999 * 90)
              / 2;
      double used = (rgb[3] - contrast * 90) / (1 - contrast);
      if (Math.abs(turn) < 0.1 || Math.abs(1 - contrast) < 0.05) {
        continue;
      }
      boolean before = Math.abs(used - meanBefore) < 0.02;
      boolean after = Math.abs(used - meanAfter) < 0.02;
      assertThat(before ^ after).as("mean %s: %s or %s", used, meanBefore, meanAfter).isTrue();
      contrastFirst += before ? 1 : 0;
      hueFirst += after ? 1 : 0;
    }
    double share = contrastFirst / (double) (contrastFirst + hueFirst);
    assertThat(contrastFirst + hueFirst).isGreaterThan(1000);
    assertThat(share).isBetween(0.42, 0.58);
  }

  @Test
  void resultsStayInRange() {
    Random random = new Random(5);
    byte[] image = new byte[8 * 8 * 3];
    float[] target = new float[image.length];
    Augmentation augmentation =
        new Augmentation(
            new RunSettings.Augmentation(true, 0.9, 0.9, 0.9, 0.5, Rounding.NONE), 1, 8, 8, 3);
    for (int i = 0; i < 2000; i++) {
      random.nextBytes(image);
      augmentation.apply(image, 1, i, target, 0);
      for (float value : target) {
        assertThat(value).isBetween(-1f, 1f);
      }
    }
  }

  @Test
  void theSameSeedStepAndIndexGiveTheSameResultInAnyOrder() {
    byte[] image = new byte[32 * 32 * 3];
    new Random(6).nextBytes(image);
    Augmentation forwards = new Augmentation(ALL, 7, 32, 32, 3);
    Augmentation backwards = new Augmentation(ALL, 7, 32, 32, 3);
    float[][] expected = new float[60][image.length];
    for (int i = 0; i < 60; i++) {
      forwards.apply(image, 1 + i / 10, i % 10, expected[i], 0);
    }
    float[] found = new float[image.length + 5];
    for (int i = 59; i >= 0; i--) {
      backwards.apply(image, 1 + i / 10, i % 10, found, 5);
      assertThat(Arrays.copyOfRange(found, 5, found.length)).isEqualTo(expected[i]);
    }
    assertThat(Arrays.stream(expected).map(Arrays::hashCode).distinct()).hasSize(60);
    new Augmentation(ALL, 8, 32, 32, 3).apply(image, 1, 0, found, 5);
    assertThat(Arrays.copyOfRange(found, 5, found.length)).isNotEqualTo(expected[0]);
  }

  @Test
  void writesOnlyItsPartOfTheTarget() {
    float[] target = new float[9];
    Arrays.fill(target, 7);
    new Augmentation(ALL, 1, 1, 1, 3).apply(new byte[] {9, 90, 60}, 1, 0, target, 3);
    assertThat(target).startsWith(7, 7, 7).endsWith(7, 7, 7);
    assertThat(Arrays.copyOfRange(target, 3, 6)).doesNotContain(7);
  }

  @Test
  void refusesImagesAndTargetsOfAnotherSize() {
    Augmentation augmentation = new Augmentation(ALL, 1, 4, 4, 3);
    assertThatThrownBy(() -> augmentation.apply(new byte[47], 1, 0, new float[48], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("4x4", "48", "47");
    assertThatThrownBy(() -> augmentation.apply(new byte[48], 1, 0, new float[48], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** In each of the 24 orders; against the operations one after the other, as the draws say. */
  @Test
  void levelsAreCutAfterEachOperation() {
    RunSettings.Augmentation cut =
        new RunSettings.Augmentation(false, 0.2, 0.2, 0.2, 0.1, Rounding.EIGHT_BIT);
    RunSettings.Augmentation kept =
        new RunSettings.Augmentation(false, 0.2, 0.2, 0.2, 0.1, Rounding.NONE);
    byte[] image = new byte[3 * 32 * 32];
    new Random(4).nextBytes(image);
    double darker = 0;
    for (int index = 0; index < 100; index++) {
      float[] whole = applied(cut, image, 32, 32, index);
      float[] exact = applied(kept, image, 32, 32, index);
      for (int i = 0; i < whole.length; i++) {
        assertThat(whole[i]).isCloseTo(Math.round(whole[i]), within(1e-3f));
        darker += exact[i] - whole[i];
      }
    }
    // Three operations cut half a level each on average, and hue's rounding is of both signs.
    assertThat(darker / (100 * image.length)).isBetween(0.9, 1.8);
  }

  private static RunSettings.Augmentation strengths(
      double brightness, double contrast, double saturation, double hue) {
    return new RunSettings.Augmentation(
        false, brightness, contrast, saturation, hue, Rounding.NONE);
  }

  /** The augmented image, in [0, 255]. */
  private static float[] applied(
      RunSettings.Augmentation settings, byte[] image, int height, int width, int index) {
    float[] target = new float[image.length];
    new Augmentation(settings, 3, height, width, 3).apply(image, 1, index, target, 0);
    for (int i = 0; i < target.length; i++) {
      target[i] = (target[i] + 1) * 127.5f;
    }
    return target;
  }

  /** Kolmogorov-Smirnov: the largest gap is below 1.95 / sqrt(n) in 999 of 1000 cases. */
  private static void assertUniform(double[] values, double low, double high) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double gap = 0;
    for (int i = 0; i < sorted.length; i++) {
      double uniform = (sorted[i] - low) / (high - low);
      gap = Math.max(gap, Math.abs(uniform - (i + 0.5) / sorted.length));
    }
    assertThat(gap).isLessThan(1.95 / Math.sqrt(sorted.length));
    assertThat(sorted[0]).isCloseTo(low, within((high - low) / 1000));
    assertThat(sorted[0]).isGreaterThan(low - 1e-4);
    assertThat(sorted[sorted.length - 1]).isCloseTo(high, within((high - low) / 1000));
    assertThat(sorted[sorted.length - 1]).isLessThan(high + 1e-4);
  }
}
