package io.troupe.models.kernels;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.Pointer;

/**
 * Floats off-heap, one after the other; their owner is someone else.
 *
 * @param address of the first, in bytes
 * @param length number of floats
 */
public record FloatMemory(long address, long length) {
  private static final long MOST_IN_A_BUFFER = Integer.MAX_VALUE / Float.BYTES;

  /** Whether {@link #buffer} can be asked for. */
  static boolean fitsBuffer(long length) {
    return length <= MOST_IN_A_BUFFER;
  }

  /** A buffer over the same memory. */
  FloatBuffer buffer() {
    return handle()
        .capacity(length * Float.BYTES)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** The memory as native code takes it. */
  Pointer handle() {
    return new Address(address);
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
