package io.troupe.actors.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a signal ends a process that trains: its last lines are printed. A start ends
 * at once, as it may at any moment: nothing that it has done is needed.
 */
final class Goodbye extends Thread {
  private static final Logger LOG = LoggerFactory.getLogger(Goodbye.class);
  private static final int SECONDS = 5;

  private final ProgressView screen;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;

  /** Of a process that starts. */
  Goodbye(ProgressView screen) {
    super("troupe-goodbye");
    this.screen = screen;
  }

  /** The run is there: from now on it ends with a last checkpoint. */
  void started() {
    started = true;
  }

  /** Everything is said. */
  void ended() {
    ended.countDown();
  }

  @Override
  public void run() {
    if (!started && ended.getCount() > 0) {
      LOG.info("a signal ended the start");
      screen.say("stopped", "while the run was being started; the same command goes on");
      return;
    }
    try {
      ended.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
