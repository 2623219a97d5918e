package io.troupe.models.kernels;

import java.nio.FloatBuffer;

/**
 * Floats off-heap, one after the other; their owner is someone else.
 *
 * @param address of the first, in bytes
 * @param length number of floats
 */
public record FloatMemory(long address, long length) implements ArrayMemory {
  private static final long MOST_IN_A_BUFFER = Integer.MAX_VALUE / Float.BYTES;

  /** Whether {@link #buffer} can be asked for. */
  static boolean fitsBuffer(long length) {
    return length <= MOST_IN_A_BUFFER;
  }

  @Override
  public int width() {
    return Float.BYTES;
  }

  /** A buffer over the same memory. */
  FloatBuffer buffer() {
    return bytes().asFloatBuffer();
  }
}
