package io.troupe.actors.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.run.RunDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** Somebody who gives a daemon commands that change nothing of its results, until it ends. */
final class Visitor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAUSE_MILLIS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process daemon;
  private final RunDirectory run;
  private final Random random;
  private final Thread thread;
  private volatile boolean ends;

  Visitor(Process daemon, Path run, long seed) {
    this.daemon = daemon;
    this.run = new RunDirectory(run);
    random = new Random(seed);
    thread = new Thread(this::work, "visitor");
    thread.start();
  }

  private void work() {
    boolean paused = false;
    while (!ends && daemon.isAlive()) {
      try {
        Thread.sleep(PAUSE_MILLIS);
        ControlClient client = ControlClient.of(run, Optional.empty());
        if (paused) {
          client.command("resume", PATIENCE);
          paused = false;
          continue;
        }
        switch (random.nextInt(6)) {
          case 0 -> {
            paused = true;
            client.command("pause", PATIENCE);
          }
          case 1 -> client.command("checkpoint", PATIENCE);
          case 2 -> client.command("evaluate", PATIENCE);
          case 3 -> client.command("sample", PATIENCE);
          case 4 ->
              client.changeSettings(
                  JSON.createObjectNode().put("checkpoints.keep", 2 + random.nextInt(3)), PATIENCE);
          default -> client.status();
        }
      } catch (ControlException e) {
        // Not there yet, or not any more, or it says no: all is as it has to be.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    ends = true;
    thread.interrupt();
  }
}
