package io.troupe.models.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Floats or doubles off-heap, one after the other; their owner is someone else.
 *
 * @param address of the first, in bytes
 * @param length how many there are
 */
public record WarpMemory(long address, long length, boolean doubles) {
  private int width() {
    return doubles ? Double.BYTES : Float.BYTES;
  }

  /** A buffer over the same memory. */
  ByteBuffer bytes() {
    return new Address(address)
        .capacity(length * width())
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  /** Reads numbers from a place on. */
  void load(ByteBuffer bytes, int start, double[] to, int count) {
    if (doubles) {
      for (int i = 0; i < count; i++) {
        to[i] = bytes.getDouble((start + i) * Double.BYTES);
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[i] = bytes.getFloat((start + i) * Float.BYTES);
      }
    }
  }

  /** Writes numbers from a place on. */
  void store(double[] from, ByteBuffer bytes, int start, int count) {
    if (doubles) {
      for (int i = 0; i < count; i++) {
        bytes.putDouble((start + i) * Double.BYTES, from[i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        bytes.putFloat((start + i) * Float.BYTES, (float) from[i]);
      }
    }
  }
}
