package io.troupe.actors.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that looks after something from time to time, as long as the process lives. No exception
 * and no Error of a look ends it: where memory was short for a moment, somebody looks all the same
 * afterwards.
 */
public final class Lookout implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  private final String name;
  private final Duration pause;
  private final Runnable look;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * One that does not look yet.
   *
   * @param name of the thread
   * @param pause before each look
   * @param look may close this, and may block
   */
  public Lookout(String name, Duration pause, Runnable look) {
    this.name = name;
    this.pause = pause;
    this.look = look;
  }

  /** Looks from now on. */
  public void start() {
    Thread thread = new Thread(this::watch, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (true) {
      try {
        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        lookSafely();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (OutOfMemoryError e) {
        // There is no memory even for a line of the log; the next look comes all the same.
      }
    }
  }

  private void lookSafely() {
    try {
      look.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{} failed, and looks again", name, e);
    }
  }

  /** No look begins from now on; one that has begun goes on. */
  @Override
  public void close() {
    closed.countDown();
  }
}
