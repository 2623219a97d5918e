package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.TrainingSettings.Ada;
import io.troupe.models.training.TrainingState.Adaptation;
import org.junit.jupiter.api.Test;

/** A probability that follows the signs of logits of 64 real images in each iteration. */
class AdaptiveProbabilityTest {
  private static final int BATCH = 64;

  private final AdaptiveProbability probability = new AdaptiveProbability(ada(0, 0.6));

  private static Ada ada(double fixed, double target) {
    return new Ada(1, 1, 1, 0, fixed, target, 1000, 4);
  }

  private void steps(int first, int last, double signs) {
    for (int step = first; step <= last; step++) {
      probability.judged(signs, BATCH);
      probability.stepDone(step);
    }
  }

  /** As published: by the sign of what is too much, by the images seen over 1,000. */
  @Test
  void risesAndFallsEveryFourSteps() {
    steps(1, 3, 40);
    assertThat(probability.value()).isZero();
    steps(4, 4, 40);
    assertThat(probability.value()).isEqualTo(256 / 1000.0);
    steps(5, 12, 39);
    assertThat(probability.value()).isCloseTo(3 * 256 / 1000.0, within(1e-15));
    // 38 of 64 is below 0.6.
    steps(13, 16, 38);
    assertThat(probability.value()).isCloseTo(2 * 256 / 1000.0, within(1e-15));
  }

  @Test
  void isNeverBelowZero() {
    steps(1, 8, -64);
    assertThat(probability.value()).isZero();
  }

  /** What counts is the mean over all images since the last change. */
  @Test
  void averagesOverImages() {
    steps(1, 3, 64);
    steps(4, 4, -64);
    assertThat(probability.value()).isZero();
    steps(5, 7, 64);
    steps(8, 8, -30);
    assertThat(probability.value()).isEqualTo(256 / 1000.0);
  }

  @Test
  void goesOnInTheMiddle() {
    steps(1, 6, 50);
    AdaptiveProbability other = new AdaptiveProbability(ada(0, 0.6));
    other.restore(probability.state());
    steps(7, 7, 50);
    other.judged(50, BATCH);
    other.stepDone(7);
    assertThat(other.state()).isEqualTo(probability.state());
    assertThat(other.state()).isEqualTo(new Adaptation(0.256, 150, 192));
  }

  @Test
  void staysWithoutATarget() {
    AdaptiveProbability fixed = new AdaptiveProbability(ada(0.3, 0));
    fixed.judged(64, BATCH);
    fixed.stepDone(4);
    assertThat(fixed.value()).isEqualTo(0.3);
    assertThat(fixed.state()).isEqualTo(Adaptation.START);
  }
}
