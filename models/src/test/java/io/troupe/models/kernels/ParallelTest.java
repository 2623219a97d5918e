package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ParallelTest {
  @Test
  void everyTurnRunsOnceEachTime() {
    AtomicIntegerArray counts = new AtomicIntegerArray(1000);
    Parallel loop = new Parallel(counts.length(), counts::incrementAndGet);
    for (int run = 1; run <= 50; run++) {
      loop.run();
      for (int turn = 0; turn < counts.length(); turn++) {
        assertThat(counts.get(turn)).isEqualTo(run);
      }
    }
  }

  @Test
  void oneTurnNeedsNoHelp() {
    Thread[] thread = new Thread[1];
    new Parallel(1, turn -> thread[0] = Thread.currentThread()).run();
    assertThat(thread[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void aFailedTurnFailsTheLoopWhichCanRunAgain() {
    int[] failing = {7};
    Parallel loop =
        new Parallel(
            20,
            turn -> {
              if (turn == failing[0]) {
                throw new IllegalStateException("turn " + turn);
              }
            });
    assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class).hasMessage("turn 7");
    failing[0] = -1;
    loop.run();
  }
}
