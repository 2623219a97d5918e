package io.troupe.data;

import java.util.concurrent.Semaphore;

/**
 * A bound on the memory that several threads use at a time. Who comes first gets it first; what
 * needs more than all of it gets all of it, and is then alone. Thread-safe.
 */
final class MemoryBudget {
  private static final int UNIT = 1 << 10;

  private final int total;
  private final Semaphore free;

  /** Of so many bytes, at least 1 KiB. */
  MemoryBudget(long bytes) {
    total = units(bytes);
    free = new Semaphore(total, true);
  }

  private static int units(long bytes) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
  }

  /**
   * Waits until so much is free, and takes it.
   *
   * @return what to give back
   */
  int take(long bytes) {
    int units = Math.min(total, units(bytes + UNIT - 1));
    free.acquireUninterruptibly(units);
    return units;
  }

  /** Gives back what was taken. */
  void giveBack(int taken) {
    free.release(taken);
  }
}
