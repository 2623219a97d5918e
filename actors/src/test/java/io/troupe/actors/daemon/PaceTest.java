package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  @Test
  void isUnknownUntilThereWereTwoSteps() {
    assertThat(pace.secondsPerStep()).isEmpty();
    pace.step(9);
    assertThat(pace.secondsPerStep()).isEmpty();
    pace.step(2);
    assertThat(pace.secondsPerStep()).hasValue(2);
    assertThat(pace.elapsedSeconds()).isEqualTo(11);
  }

  @Test
  void isTheMeanOfFewStepsButTheFirst() {
    pace.step(100);
    for (int seconds = 1; seconds <= 9; seconds++) {
      pace.step(seconds);
    }
    assertThat(pace.secondsPerStep().orElseThrow()).isCloseTo(5, within(1e-12));
  }

  /** A tenth of the steps takes five times as long, as while an evaluation runs beside them. */
  @Test
  void countsWhatSlowsStepsDownForItsShare() {
    for (int step = 0; step < 10_000; step++) {
      pace.step(step % 1000 >= 900 ? 5 : 1);
      if (step > 2000) {
        // The mean over a whole period is 1.4; a mean over the last ten steps would be 1 or 5.
        assertThat(pace.secondsPerStep().orElseThrow()).isBetween(1.1, 1.9);
      }
    }
  }

  @Test
  void forgetsWhatWasLongAgo() {
    for (int step = 0; step < 5000; step++) {
      pace.step(1);
    }
    for (int step = 0; step < 5000; step++) {
      pace.step(3);
    }
    // 2 exp(-10) is left of the difference.
    assertThat(pace.secondsPerStep().orElseThrow()).isCloseTo(3, within(1e-3));
  }
}
