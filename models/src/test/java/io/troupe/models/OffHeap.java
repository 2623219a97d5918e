package io.troupe.models;

import org.bytedeco.javacpp.Pointer;

/** Memory outside of the heap, of the whole process. */
public final class OffHeap {
  private static final int SAME = 3;
  private static final int PAUSE_MILLIS = 50;

  private OffHeap() {}

  /** Bytes that are held when nothing is left that garbage collection would free. */
  public static long settledBytes() throws InterruptedException {
    long bytes = Pointer.totalBytes();
    for (int same = 0; same < SAME; same++) {
      System.gc();
      Thread.sleep(PAUSE_MILLIS);
      long now = Pointer.totalBytes();
      if (now != bytes) {
        same = -1;
        bytes = now;
      }
    }
    return bytes;
  }
}
