package io.troupe.actors.history;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads long journals that nobody waits for, one at a time, on a thread that ends when there are no
 * more. It rests as long as it works, because training may go on beside it.
 */
final class BackgroundReader implements Executor {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread reader = new Thread(task, "troupe-journals");
            reader.setDaemon(true);
            return reader;
          });

  BackgroundReader() {
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(
        () -> {
          long began = System.nanoTime();
          task.run();
          try {
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
