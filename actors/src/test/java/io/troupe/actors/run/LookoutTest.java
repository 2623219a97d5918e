package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LookoutTest {
  private static final long PATIENCE_SECONDS = 20;

  private final LinkedBlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
  private int count;

  private void look() {
    looks.add(++count);
    switch (count) {
      case 1 -> throw new OutOfMemoryError("none is left");
      case 2 -> throw new IllegalStateException("it is not there");
      case 3 -> throw new StackOverflowError();
      default -> {}
    }
  }

  @Test
  void noFailureEndsIt() throws Exception {
    try (Lookout lookout = new Lookout("look", Duration.ofMillis(1), this::look)) {
      lookout.start();
      for (int i = 1; i < 6; i++) {
        assertThat(looks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i);
      }
    }
  }

  @Test
  void itEndsFromWithin() throws Exception {
    Lookout[] lookout = new Lookout[1];
    LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    lookout[0] =
        new Lookout(
            "look",
            Duration.ofMillis(1),
            () -> {
              lookout[0].close();
              threads.add(Thread.currentThread());
            });
    lookout[0].start();
    Thread thread = threads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(thread.isAlive()).isFalse();
    assertThat(threads).isEmpty();
  }
}
