package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimerPulseTest {
  private final AtomicLong beats = new AtomicLong();
  private final TimerPulse pulse = new TimerPulse(beats::get);

  @Test
  void severalLooksInARowFindNoBeat() {
    assertThat(pulse.isDead()).as("there is nothing to compare with yet").isFalse();
    assertThat(pulse.isDead()).isFalse();
    assertThat(pulse.isDead()).isFalse();
    assertThat(pulse.isDead()).isTrue();
    assertThat(pulse.isDead()).isTrue();
  }

  @Test
  void oneBeatIsLife() {
    for (int i = 0; i < 5; i++) {
      assertThat(pulse.isDead()).isFalse();
      assertThat(pulse.isDead()).isFalse();
      assertThat(pulse.isDead()).isFalse();
      beats.incrementAndGet();
    }
  }
}
