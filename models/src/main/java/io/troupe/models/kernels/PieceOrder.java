package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.stream.Stream;

/** In which order the numbers of a piece of memory lie in arrays of floats. */
enum PieceOrder {
  /** As in memory. */
  PLAIN,
  /** First those at even places, then those at odd places, as {@link Bfloat16Transfer} has them. */
  HALVES;

  /** The order for work on given memory. */
  static PieceOrder of(List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    return Stream.concat(operands.stream(), results.stream())
            .anyMatch(memory -> memory instanceof Bfloat16Memory)
        ? HALVES
        : PLAIN;
  }

  /**
   * Refuses what cannot be halved.
   *
   * @throws IllegalArgumentException if pieces may have an odd number of channels
   */
  void check(int channels) {
    if (this == HALVES && channels % 2 != 0) {
      throw new IllegalArgumentException("bfloat16 with an odd number of channels, " + channels);
    }
  }

  /** Pieces of memory in this order. */
  PieceMemory memory(ArrayMemory memory) {
    if (memory instanceof Bfloat16Memory numbers) {
      return new Bfloat16Numbers(Bfloat16Transfer.pairs(numbers));
    }
    FloatBuffer floats = ((FloatMemory) memory).buffer();
    return this == PLAIN ? new Floats(floats) : new HalvedFloats(floats);
  }

  /** Fills an array with the numbers of the channels, over and over. */
  void repeat(FloatBuffer memory, int offset, int channels, float[] array) {
    if (this == PLAIN) {
      memory.get(offset, array, 0, channels);
      repeat(array, 0, channels, array.length);
      return;
    }
    int half = array.length / 2;
    for (int i = 0; i < channels / 2; i++) {
      array[i] = memory.get(offset + 2 * i);
      array[half + i] = memory.get(offset + 2 * i + 1);
    }
    repeat(array, 0, channels / 2, half);
    repeat(array, half, channels / 2, half);
  }

  private static void repeat(float[] array, int start, int count, int length) {
    for (int done = count; done < length; done *= 2) {
      System.arraycopy(array, start, array, start + done, Math.min(done, length - done));
    }
  }

  /** Adds up the pixels of a piece, for each channel. */
  void fold(float[] piece, float[] result) {
    int channels = result.length;
    if (this == PLAIN) {
      for (int c = 0; c < channels; c++) {
        result[c] = sum(piece, c, channels, piece.length);
      }
      return;
    }
    int half = piece.length / 2;
    for (int c = 0; c < channels / 2; c++) {
      result[2 * c] = sum(piece, c, channels / 2, half);
      result[2 * c + 1] = sum(piece, half + c, channels / 2, piece.length);
    }
  }

  private static float sum(float[] piece, int start, int step, int end) {
    float sum = 0;
    for (int i = start; i < end; i += step) {
      sum += piece[i];
    }
    return sum;
  }

  private record Floats(FloatBuffer memory) implements PieceMemory {
    @Override
    public void load(int offset, float[] array, int count) {
      memory.get(offset, array, 0, count);
    }

    @Override
    public void store(float[] array, int offset, int count) {
      memory.put(offset, array, 0, count);
    }
  }

  private record HalvedFloats(FloatBuffer memory, ThreadLocal<float[]> copies)
      implements PieceMemory {
    HalvedFloats(FloatBuffer memory) {
      this(memory, ThreadLocal.withInitial(() -> new float[0]));
    }

    private float[] copy(int count) {
      if (copies.get().length < count) {
        copies.set(new float[count]);
      }
      return copies.get();
    }

    @Override
    public void load(int offset, float[] array, int count) {
      float[] copy = copy(count);
      memory.get(offset, copy, 0, count);
      int half = count / 2;
      for (int i = 0; i < half; i++) {
        array[i] = copy[2 * i];
        array[half + i] = copy[2 * i + 1];
      }
    }

    @Override
    public void store(float[] array, int offset, int count) {
      float[] copy = copy(count);
      int half = count / 2;
      for (int i = 0; i < half; i++) {
        copy[2 * i] = array[i];
        copy[2 * i + 1] = array[half + i];
      }
      memory.put(offset, copy, 0, count);
    }
  }

  private record Bfloat16Numbers(IntBuffer memory) implements PieceMemory {
    @Override
    public void load(int offset, float[] array, int count) {
      Bfloat16Transfer.forArraysOf(count).load(memory, offset, array, count);
    }

    @Override
    public void store(float[] array, int offset, int count) {
      Bfloat16Transfer.forArraysOf(count).store(array, memory, offset, count);
    }
  }
}
