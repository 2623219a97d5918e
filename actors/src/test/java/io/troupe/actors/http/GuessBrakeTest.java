package io.troupe.actors.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GuessBrakeTest {
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1000);
  private final GuessBrake brake = new GuessBrake(time::get);

  @Test
  void anAddressHasTenTokensAndThenOneInSixSeconds() {
    int tried = 0;
    for (int second = 0; second < 600; second++) {
      for (int attempt = 0; attempt < 50; attempt++) {
        if (brake.mayTry("10.0.0.1")) {
          tried++;
          brake.wrong("10.0.0.1");
        }
      }
      time.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    assertThat(tried).isEqualTo(10 + 599 / 6);
    assertThat(brake.mayTry("10.0.0.2")).isTrue();
  }

  @Test
  void aWhileLaterAllIsForgotten() {
    for (int i = 0; i < 10; i++) {
      brake.wrong("10.0.0.1");
    }
    assertThat(brake.mayTry("10.0.0.1")).isFalse();
    time.addAndGet(Duration.ofMinutes(1).toNanos());
    for (int i = 0; i < 10; i++) {
      assertThat(brake.mayTry("10.0.0.1")).isTrue();
      brake.wrong("10.0.0.1");
    }
  }
}
