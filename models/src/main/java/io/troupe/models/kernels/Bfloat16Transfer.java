package io.troupe.models.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Brings bfloat16 numbers from memory to arrays of floats and back. In an array the numbers at even
 * places come first, then those at odd places.
 *
 * <p>Each thread has one, for as long as the thread lives: floats and their bits change places by a
 * little memory of its own.
 */
final class Bfloat16Transfer {
  private static final ThreadLocal<Bfloat16Transfer> OF_THREAD =
      ThreadLocal.withInitial(() -> new Bfloat16Transfer(1024));

  private final int half;
  private final int[] pairs;
  private final int[] evens;
  private final int[] odds;
  private final IntBuffer bits;
  private final FloatBuffer floats;

  private Bfloat16Transfer(int half) {
    this.half = half;
    pairs = new int[half];
    evens = new int[half];
    odds = new int[half];
    ByteBuffer memory =
        ByteBuffer.allocateDirect(half * Float.BYTES).order(ByteOrder.nativeOrder());
    bits = memory.asIntBuffer();
    floats = memory.asFloatBuffer();
  }

  /** The present thread's, for arrays of at most {@code count} floats. */
  static Bfloat16Transfer forArraysOf(int count) {
    Bfloat16Transfer transfer = OF_THREAD.get();
    if (transfer.half < count / 2) {
      transfer = new Bfloat16Transfer(count / 2);
      OF_THREAD.set(transfer);
    }
    return transfer;
  }

  /** Where numbers lie, two an integer. */
  static IntBuffer pairs(Bfloat16Memory memory) {
    return memory.bytes().asIntBuffer();
  }

  /**
   * Reads numbers.
   *
   * @param offset of the first, even
   * @param count how many, even
   */
  void load(IntBuffer memory, int offset, float[] array, int count) {
    int length = count / 2;
    memory.get(offset / 2, pairs, 0, length);
    Bfloat16.evens(pairs, evens, length);
    bits.put(0, evens, 0, length);
    floats.get(0, array, 0, length);
    Bfloat16.odds(pairs, odds, length);
    bits.put(0, odds, 0, length);
    floats.get(0, array, length, length);
  }

  /** Rounds and writes numbers, as {@link #load}. */
  void store(float[] array, IntBuffer memory, int offset, int count) {
    int length = count / 2;
    floats.put(0, array, 0, length);
    bits.get(0, evens, 0, length);
    floats.put(0, array, length, length);
    bits.get(0, odds, 0, length);
    Bfloat16.join(evens, odds, pairs, length);
    memory.put(offset / 2, pairs, 0, length);
  }
}
