package io.troupe.models;

import io.troupe.models.memory.NativeArrays;
import org.bytedeco.javacpp.Pointer;

/** Memory outside of the heap, of the whole process: ND4J's arrays, and what JavaCPP counts. */
public final class OffHeap {
  private static final int SAME = 3;
  private static final int PAUSE_MILLIS = 50;

  private OffHeap() {}

  /** Bytes that are held. */
  public static long bytes() {
    return Pointer.totalBytes() + NativeArrays.bytes();
  }

  /** Bytes that are held when nothing is left that garbage collection would free. */
  public static long settledBytes() throws InterruptedException {
    long bytes = bytes();
    for (int same = 0; same < SAME; same++) {
      System.gc();
      Thread.sleep(PAUSE_MILLIS);
      long now = bytes();
      if (now != bytes) {
        same = -1;
        bytes = now;
      }
    }
    return bytes;
  }
}
