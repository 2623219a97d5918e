package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.control.AnsweringDaemon;
import io.troupe.actors.run.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a daemon of the test's own. */
class StopCommandTest {
  @TempDir private Path folder;

  @Test
  void whatAStopWaitsForIsSaidOnce() throws Exception {
    CountDownLatch looks = new CountDownLatch(2);
    RunDirectory run = new RunDirectory(folder);
    try (AnsweringDaemon daemon = new AnsweringDaemon(run, request -> answer(request, looks))) {
      // No process has this number: else the end of this one would be waited for.
      Files.writeString(run.pid(), "999999999\n");
      Cli stop = Cli.run("stop", "--run-dir", folder.toString());

      assertThat(stop.code()).as(stop.err()).isZero();
      assertThat(stop.out()).contains("step 41: ended");
      assertThat(stop.err())
          .isEqualTo("troupe: still waiting; the checkpointer fails: No space left on device\n");
      assertThat(daemon.heard()).startsWith("POST /api/v1/stop");
    }
  }

  /** The stop is done when its status has been looked at twice. */
  private static String answer(String request, CountDownLatch looks) {
    if (request.endsWith("/status")) {
      looks.countDown();
      return "{\"troubles\":[{\"helper\":\"checkpointer\",\"cause\":\"No space left on device\"}]}";
    }
    try {
      looks.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "{\"step\":41,\"message\":\"ended\"}";
  }
}
