package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class EmaDecayTest {
  @Test
  void halfLifeGivesPublishedDecays() {
    assertThat(new EmaSettings(0.5, 0, 500_000, 0).decayAt(1, 64))
        .isCloseTo(0.9999112811, within(1e-10));
    assertThat(new EmaSettings(0.5, 0, 10_000, 0).decayAt(9, 32))
        .isCloseTo(0.9977843871, within(1e-10));
  }

  @Test
  void afterAHalfLifeHalfIsLeft() {
    double left = 1;
    for (int step = 1; step <= 100; step++) {
      left *= new EmaSettings(0, 0, 3200, 0).decayAt(step, 32);
    }
    assertThat(left).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void rampLimitsTheHalfLifeEarlyOn() {
    EmaSettings ema = new EmaSettings(0, 0, 500_000, 0.05);

    assertThat(ema.decayAt(1, 64)).isCloseTo(Math.pow(0.5, 20), within(1e-15));
    assertThat(ema.decayAt(1_000_000, 64)).isCloseTo(0.9999112811, within(1e-10));
  }

  /** The published loop: 0.5^(batch / max(min(half-life, images before x ramp), 1e-8)). */
  @Test
  void publishedRampCountsThePicturesBeforeTheStep() {
    EmaSettings ema =
        new EmaSettings(
            0,
            0,
            500_000,
            0.05,
            EmaSettings.RampPictures.BEFORE_STEP,
            EmaSettings.AverageStates.COPIED,
            0);

    assertThat(ema.decayAt(1, 64)).isZero();
    assertThat(ema.decayAt(2, 64)).isCloseTo(Math.pow(0.5, 20), within(1e-15));
    assertThat(ema.decayAt(101, 64)).isCloseTo(Math.pow(0.5, 0.2), within(1e-15));
    assertThat(ema.decayAt(1_000_000, 64)).isCloseTo(0.9999112811, within(1e-10));
  }

  @Test
  void withoutHalfLifeTheDecayCounts() {
    assertThat(new EmaSettings(0.25, 0, 0, 0.05).decayAt(7, 64)).isEqualTo(0.25);
  }
}
