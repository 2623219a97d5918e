package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a run when the thread of Akka's timers has died, as it did in a daemon whose heap
 * was too small.
 */
@Tag("nightly")
class DeadTimersTest extends LiveRuns {
  private static final long PATIENCE_MINUTES = 10;

  /** The process of such a run; its argument is the run's folder. */
  static final class Daemon {
    private Daemon() {}

    public static void main(String[] arguments) throws Exception {
      TrainingRun run = paused(Path.of(arguments[0]));
      suspendTimers();
      System.exit(run.await().failed() ? 1 : 0);
    }
  }

  /** What waits for a timer waits for ever from now on, as if its thread had died. */
  private static void suspendTimers() throws ReflectiveOperationException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("troupe-scheduler-1")) {
        // Java 17 still has it.
        Thread.class.getMethod("suspend").invoke(thread);
        return;
      }
    }
    throw new IllegalStateException("there is no thread of timers");
  }

  @Test
  void theRunFailsWithALastCheckpointAndItsProcessEnds() throws Exception {
    Path directory = folder.resolve("run");
    Process daemon =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(folder.resolve("out").toFile()))
            .start();
    try {
      assertThat(daemon.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      daemon.destroyForcibly();
    }
    assertThat(daemon.exitValue()).isIn(1, Watchdog.EXIT_CODE);
    List<String> failures =
        Files.readAllLines(directory.resolve("events.jsonl")).stream()
            .filter(line -> line.contains("\"event\":\"failed\""))
            .toList();
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).contains("timers");
    try (Stream<Path> stalls = Files.list(directory.resolve("stalls"))) {
      assertThat(stalls).hasSize(1);
    }
    long step = step(failures.get(0));
    assertThat(step).isGreaterThanOrEqualTo(2);
    assertThat(directory.resolve("checkpoints/step-%09d.ckpt".formatted(step))).exists();
  }

  private static long step(String event) {
    return Long.parseLong(event.replaceAll(".*\"step\":(\\d+).*", "$1"));
  }
}
