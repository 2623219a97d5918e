package io.troupe.models.kernels;

import java.nio.ShortBuffer;

/**
 * Numbers of the type bfloat16 off-heap, each the upper half of a float.
 *
 * @param address of the first, in bytes
 * @param length how many there are
 */
public record Bfloat16Memory(long address, long length) implements ArrayMemory {
  @Override
  public int width() {
    return Short.BYTES;
  }

  /** A buffer over the same memory. */
  ShortBuffer buffer() {
    return bytes().asShortBuffer();
  }
}
