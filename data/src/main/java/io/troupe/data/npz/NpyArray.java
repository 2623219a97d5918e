package io.troupe.data.npz;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An array of numbers, as in an .npy file: at most 2^31 - 1 bytes, held in memory, the last index
 * changing fastest. Larger ones are streamed behind an {@link NpyHeader}.
 */
public final class NpyArray {
  private final NpyHeader header;
  private final byte[] bytes;

  /** Begins messages. */
  private final String place;

  private NpyArray(NpyHeader header, byte[] bytes, String place) {
    this.header = header;
    this.bytes = bytes;
    this.place = place;
  }

  /**
   * An array of floats.
   *
   * @throws IllegalArgumentException if there are not as many values as the shape says
   */
  public static NpyArray of(float[] values, int... shape) {
    return filled(
        NpyType.FLOAT32, values.length, shape, numbers -> numbers.asFloatBuffer().put(values));
  }

  /** An array of doubles; as {@link #of(float[], int...)}. */
  public static NpyArray of(double[] values, int... shape) {
    return filled(
        NpyType.FLOAT64, values.length, shape, numbers -> numbers.asDoubleBuffer().put(values));
  }

  /** An array of 32-bit integers; as {@link #of(float[], int...)}. */
  public static NpyArray of(int[] values, int... shape) {
    return filled(
        NpyType.INT32, values.length, shape, numbers -> numbers.asIntBuffer().put(values));
  }

  /** An array of 64-bit integers; as {@link #of(float[], int...)}. */
  public static NpyArray of(long[] values, int... shape) {
    return filled(
        NpyType.INT64, values.length, shape, numbers -> numbers.asLongBuffer().put(values));
  }

  /** An array of unsigned bytes; as {@link #of(float[], int...)}. */
  public static NpyArray of(byte[] values, int... shape) {
    return filled(NpyType.UINT8, values.length, shape, numbers -> numbers.put(values));
  }

  private static NpyArray filled(
      NpyType type, int values, int[] shape, Consumer<ByteBuffer> numbers) {
    NpyHeader header = NpyHeader.of(type, shape);
    if (header.count() != values) {
      throw new IllegalArgumentException(
          "an array of shape %s has %d values: %d"
              .formatted(Arrays.toString(shape), header.count(), values));
    }
    NpyArray array = new NpyArray(header, new byte[Math.multiplyExact(values, type.bytes())], "");
    numbers.accept(array.buffer());
    return array;
  }

  /**
   * Reads an array, with its header, from a stream that ends with it.
   *
   * @throws NpyException if it is damaged, too large, or of a kind that is not supported
   */
  public static NpyArray read(InputStream in) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    if (header.contentBytes() > Integer.MAX_VALUE - 8) {
      throw new NpyException("an array of shape %s is too large".formatted(header.shape()));
    }
    int length = (int) header.contentBytes();
    // Grows as bytes arrive, so that a damaged header cannot ask for memory that no file fills.
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "the file ends after %d of the %d bytes of an array of shape %s"
              .formatted(bytes.length, length, header.shape()));
    }
    header.requireEnd(in);
    return new NpyArray(header, bytes, "");
  }

  /** The same array, whose errors name where it is. */
  NpyArray at(String place) {
    return new NpyArray(header, bytes, place + ": ");
  }

  /** Writes the array, with its header. */
  public void write(OutputStream out) throws IOException {
    header.write(out);
    out.write(bytes);
  }

  /** Type and shape. */
  public NpyHeader header() {
    return header;
  }

  /**
   * A copy of the values of an array of unsigned bytes.
   *
   * @throws NpyException if it holds another type
   */
  public byte[] bytes() throws NpyException {
    require(NpyType.UINT8);
    return bytes.clone();
  }

  /**
   * A copy of the values of an array of floats.
   *
   * @throws NpyException if it holds another type
   */
  public float[] floats() throws NpyException {
    require(NpyType.FLOAT32);
    float[] values = new float[count()];
    buffer().asFloatBuffer().get(values);
    return values;
  }

  /**
   * The values of an array of any type but 64-bit integers, exactly.
   *
   * @throws NpyException if it holds 64-bit integers, which a double may not represent
   */
  public double[] doubles() throws NpyException {
    if (header.type() == NpyType.INT64) {
      throw new NpyException(place + "an array of INT64, which float64 may not represent");
    }
    ByteBuffer from = buffer();
    double[] values = new double[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = header.type().number(from, i);
    }
    return values;
  }

  /**
   * The values of an array of integers of any type.
   *
   * @throws NpyException if it holds floats or doubles
   */
  public long[] longs() throws NpyException {
    if (!header.type().isInteger()) {
      throw new NpyException(place + "an array of %s, expected integers".formatted(header.type()));
    }
    ByteBuffer from = buffer();
    long[] values = new long[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = header.type().integer(from, i);
    }
    return values;
  }

  private int count() {
    return bytes.length / header.type().bytes();
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(NpyType type) throws NpyException {
    if (header.type() != type) {
      throw new NpyException(place + "an array of %s, expected %s".formatted(header.type(), type));
    }
  }
}
