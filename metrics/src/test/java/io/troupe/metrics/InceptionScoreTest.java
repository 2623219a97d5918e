package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InceptionScoreTest {

  private static double onePart(int classes, float... logits) {
    InceptionScore score = new InceptionScore(classes, new byte[logits.length / classes]);
    score.add(logits, logits.length / classes);
    Estimate result = score.result();
    assertThat(result.deviation()).isZero();
    return result.mean();
  }

  @Test
  void twoImagesThatLeanEitherWay() {
    float a = (float) Math.log(.75);
    float b = (float) Math.log(.25);
    assertThat(onePart(2, a, b, b, a)).isEqualTo(1.13975353, within(1e-7));
    // A softmax does not see what all logits have in common.
    assertThat(onePart(2, a + 50, b + 50, b - 30, a - 30)).isEqualTo(1.13975353, within(1e-5));
  }

  @Test
  void certainImagesOfAllClassesScoreTheNumberOfClasses() {
    float[] logits = new float[16];
    for (int i = 0; i < 4; i++) {
      logits[i * 5] = 1000;
    }
    assertThat(onePart(4, logits)).isEqualTo(4, within(1e-12));
  }

  @Test
  void uniformOrEqualImagesScoreOne() {
    assertThat(onePart(7, new float[7 * 9])).isEqualTo(1, within(1e-12));
    assertThat(onePart(1, 3, -2, 8)).isEqualTo(1, within(1e-12));
    assertThat(onePart(3, 1, 2, 3, 1, 2, 3)).isEqualTo(1, within(1e-12));
  }

  @Test
  void meanAndDeviationOverPartsAgreeWithNumPy() {
    int[] parts = Expected.ints("part_of");
    byte[] partOf = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      partOf[i] = (byte) parts[i];
    }
    InceptionScore score = new InceptionScore(5, partOf);
    score.add(Expected.floats("logits"), partOf.length);
    double[] expected = Expected.doubles("inception_score");
    assertThat(score.result().mean()).isEqualTo(expected[0], within(1e-12));
    assertThat(score.result().deviation()).isEqualTo(expected[1], within(1e-12));
  }

  @Test
  void partsAreThoseOfTorchFidelity() {
    float[] logits = Expected.floats("logits");
    InceptionScore score = new InceptionScore(5, logits.length / 5);
    score.add(logits, logits.length / 5);
    double[] expected = Expected.doubles("shuffled_inception_score");
    assertThat(score.result().mean()).isEqualTo(expected[0], within(1e-12));
    assertThat(score.result().deviation()).isEqualTo(expected[1], within(1e-12));
  }

  @Test
  void divisionIntoBatchesChangesNoBit() {
    float[] logits = new float[103 * 4];
    Random random = new Random(1);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    InceptionScore whole = new InceptionScore(4, 103);
    whole.add(logits, 103);
    InceptionScore single = new InceptionScore(4, 103);
    for (int i = 0; i < 103; i++) {
      single.add(Arrays.copyOfRange(logits, i * 4, i * 4 + 4), 1);
    }
    assertThat(single.result()).isEqualTo(whole.result());
  }

  @Test
  void imagesInTheOrderOfTheirClassesDoNotMakePartsOfOneClass() {
    // 10 classes one after the other: consecutive parts would each score 1.
    int each = 100;
    InceptionScore score = new InceptionScore(10, 10 * each);
    for (int label = 0; label < 10; label++) {
      float[] logits = new float[10 * each];
      for (int i = 0; i < each; i++) {
        logits[i * 10 + label] = 100;
      }
      score.add(logits, each);
    }
    assertThat(score.result().mean()).isBetween(9.0, 10.0);
  }

  @Test
  void badInputIsRefused() {
    assertThatThrownBy(() -> new InceptionScore(3, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 10 pictures")
        .hasMessageContaining("9");
    InceptionScore score = new InceptionScore(2, 10);
    assertThatThrownBy(() -> score.add(new float[] {1, 2, 3, Float.NaN}, 2))
        .hasMessageContaining("Logit 1 of picture 1 is NaN");
    score.add(new float[18], 9);
    assertThatThrownBy(score::result).hasMessageContaining("9 of 10 pictures");
    assertThatThrownBy(() -> score.add(new float[4], 2)).hasMessageContaining("after 9 of 10");
  }
}
