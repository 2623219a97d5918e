package io.troupe.actors.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DrawnLatentsTest {
  private static final int LENGTH = 20_000;

  private static float[] draw(OptionalDouble truncation) {
    float[] latent = new float[LENGTH];
    new DrawnLatents(3, truncation, OptionalInt.empty(), 1).latent(5, latent);
    return latent;
  }

  @Test
  void truncatedNumbersAreNormalNumbersWithinTheBounds() {
    float[] latent = draw(OptionalDouble.of(1));
    double squares = 0;
    double sum = 0;
    int central = 0;
    for (float value : latent) {
      assertThat(value).isBetween(-1f, 1f);
      sum += value;
      squares += value * value;
      if (Math.abs(value) < 0.5) {
        central++;
      }
    }
    // Moments of the truncated normal distribution: 1 - 2 phi(1) / (2 Phi(1) - 1), and the share
    // (2 Phi(0.5) - 1) / (2 Phi(1) - 1); numbers clipped or scaled to the bounds have others.
    assertThat(sum / LENGTH).isCloseTo(0, within(0.02));
    assertThat(squares / LENGTH).isCloseTo(0.2911, within(0.01));
    assertThat(central / (double) LENGTH).isCloseTo(0.5609, within(0.02));
  }

  @Test
  void boundsThatNoNumberReachesChangeNothing() {
    assertThat(draw(OptionalDouble.of(10))).isEqualTo(draw(OptionalDouble.empty()));
  }

  @Test
  void classesAreTakenInTurnUnlessOneIsChosen() {
    DrawnLatents inTurn = new DrawnLatents(3, OptionalDouble.empty(), OptionalInt.empty(), 3);
    assertThat(new int[] {inTurn.label(0), inTurn.label(4)}).containsExactly(0, 1);
    DrawnLatents one = new DrawnLatents(3, OptionalDouble.empty(), OptionalInt.of(2), 3);
    assertThat(new int[] {one.label(0), one.label(4)}).containsExactly(2, 2);
  }
}
