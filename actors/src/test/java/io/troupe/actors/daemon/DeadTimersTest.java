package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.javadsl.Adapter;
import java.io.Closeable;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a run when the thread of Akka's timers has died. */
@Tag("nightly")
class DeadTimersTest extends LiveRuns {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Test
  @Timeout(600)
  void theRunFailsAndItsProcessCanEnd() throws Exception {
    TrainingRun run = paused(folder.resolve("run"));
    ((Closeable) Adapter.toClassic(run.system()).scheduler()).close();
    // Only the watchdog sees it: from now on nothing that waits for a timer goes on.
    run.system()
        .getWhenTerminated()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).isTrue();
    assertThat(Files.readString(folder.resolve("run/events.jsonl")))
        .contains("\"failed\"", "a fatal error");
    assertThat(folder.resolve("run/checkpoints/step-%09d.ckpt".formatted(outcome.step()))).exists();
  }
}
