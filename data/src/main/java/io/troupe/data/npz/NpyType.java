package io.troupe.data.npz;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of numbers that are read and written; little-endian. */
public enum NpyType {
  FLOAT32("<f4", 4),
  FLOAT64("<f8", 8),
  INT32("<i4", 4),
  INT64("<i8", 8),
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

  static Optional<NpyType> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
  }

  /** The codes of all types, for messages. */
  static String codes() {
    return Arrays.stream(values()).map(NpyType::code).collect(Collectors.joining(", "));
  }
}
