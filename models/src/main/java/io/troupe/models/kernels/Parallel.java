package io.troupe.models.kernels;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A loop whose turns run on all compute threads. Running it makes no objects. Turns must not depend
 * on each other: which thread takes which is not fixed.
 */
final class Parallel {
  private static final int QUEUE = 1024;

  /** As many as OpenMP uses, since both work in turns. */
  private static final int THREADS = wanted();

  private static final ThreadPoolExecutor HELPERS = helpers();

  private final int turns;
  private final IntConsumer body;
  private final int parts;
  private final Runnable part = this::work;
  private final AtomicInteger next = new AtomicInteger();
  private final Semaphore finished = new Semaphore(0);
  private volatile RuntimeException failure;

  /** A loop of {@code turns} turns; the body gets each turn's number, from 0. */
  Parallel(int turns, IntConsumer body) {
    this.turns = turns;
    this.body = body;
    parts = Math.min(THREADS, turns);
  }

  /** Number of compute threads. */
  static int threads() {
    return THREADS;
  }

  private static int wanted() {
    String wanted = System.getenv("OMP_NUM_THREADS");
    return wanted != null && wanted.matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(wanted)
        : Runtime.getRuntime().availableProcessors();
  }

  private static ThreadPoolExecutor helpers() {
    int count = Math.max(1, THREADS - 1);
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(QUEUE),
        runnable -> {
          Thread thread = new Thread(runnable, "troupe-compute-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** Runs all turns; returns when the last is done. */
  void run() {
    next.set(0);
    for (int i = 1; i < parts; i++) {
      HELPERS.execute(part);
    }
    work();
    finished.acquireUninterruptibly(parts);
    RuntimeException thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown;
    }
  }

  private void work() {
    try {
      for (int turn = next.getAndIncrement(); turn < turns; turn = next.getAndIncrement()) {
        body.accept(turn);
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      finished.release();
    }
  }
}
