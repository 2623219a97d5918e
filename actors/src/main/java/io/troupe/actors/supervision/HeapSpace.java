package io.troupe.actors.supervision;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Keeps side work from taking the heap that training needs. */
public final class HeapSpace {
  /** What is left to training and all else; steps themselves hardly allocate. */
  private static final long RESERVE = 16L << 20;

  private static final int PROBE = 1 << 20;
  private static final int ATTEMPTS = 50;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private HeapSpace() {}

  /**
   * Refuses work that would use the heap up.
   *
   * @param bytes that it holds at most
   * @param work what it is
   * @throws IllegalStateException if they are not free; the message says what to do
   */
  public static void require(long bytes, String work) {
    if (bytes + RESERVE > free()) {
      // What is not used any more counts as used until it is collected.
      System.gc();
    }
    long free = free();
    if (bytes + RESERVE > free) {
      throw new IllegalStateException(
          "%s needs up to %d MB of the heap, and %d of %d MB are free; give more with TROUPE_JAVA_OPTS=-Xmx...m"
              .formatted(work, bytes >> 20, free >> 20, Runtime.getRuntime().maxMemory() >> 20));
    }
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  /**
   * After an OutOfMemoryError: waits until some memory can be had again, because to handle the
   * failure takes a little; a few seconds at most. What used the heap up has failed too, and what
   * it held is garbage soon.
   */
  static void await() {
    for (int attempt = 0; attempt < ATTEMPTS && !canAllocate(); attempt++) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean canAllocate() {
    try {
      return new byte[PROBE].length == PROBE;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
