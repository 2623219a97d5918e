package io.troupe.data.npz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of numbers that are read and written; little-endian. */
public enum NpyType {
  FLOAT32("<f4", 4),
  FLOAT64("<f8", 8),
  INT32("<i4", 4),
  INT64("<i8", 8),
  INT8("|i1", 1),
  INT16("<i2", 2),
  UINT16("<u2", 2),
  UINT32("<u4", 4),
  UINT8("|u1", 1);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** NumPy's description of the type. */
  String code() {
    return code;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Whether the numbers are whole. */
  public boolean isInteger() {
    return this != FLOAT32 && this != FLOAT64;
  }

  /**
   * A number of an array; an INT64 beyond 2^53 is rounded.
   *
   * @param bytes the array's, little-endian
   * @param index of the number
   */
  public double number(ByteBuffer bytes, int index) {
    return switch (this) {
      case FLOAT32 -> bytes.getFloat(index * this.bytes);
      case FLOAT64 -> bytes.getDouble(index * this.bytes);
      default -> (double) integer(bytes, index);
    };
  }

  /** As {@link #number}, exactly, for integers. */
  long integer(ByteBuffer bytes, int index) {
    return switch (this) {
      case INT8 -> bytes.get(index);
      case UINT8 -> Byte.toUnsignedLong(bytes.get(index));
      case INT16 -> bytes.getShort(index * this.bytes);
      case UINT16 -> Short.toUnsignedLong(bytes.getShort(index * this.bytes));
      case INT32 -> bytes.getInt(index * this.bytes);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(index * this.bytes));
      case INT64 -> bytes.getLong(index * this.bytes);
      case FLOAT32, FLOAT64 -> throw new IllegalStateException(this + " is no integer");
    };
  }

  static Optional<NpyType> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
  }

  /** The codes of all types, for messages. */
  static String codes() {
    return Arrays.stream(values()).map(NpyType::code).collect(Collectors.joining(", "));
  }
}
