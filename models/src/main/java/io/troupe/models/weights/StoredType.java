package io.troupe.models.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Types of stored numbers. */
public enum StoredType {
  /** float32. */
  FLOAT("F32", 4),
  /** float64. */
  DOUBLE("F64", 8),
  /** float16. */
  HALF("F16", 2),
  /** bfloat16. */
  BFLOAT16("BF16", 2),
  /** int64. */
  LONG("I64", 8),
  /** int32. */
  INT("I32", 4),
  /** int16. */
  SHORT("I16", 2),
  /** int8. */
  CHAR("I8", 1),
  /** uint8. */
  BYTE("U8", 1),
  /** Truth values. */
  BOOL("BOOL", 1);

  private static final int MANTISSA_BITS = 10;
  private static final int MANTISSA = 0x3FF;
  private static final int EXPONENT = 0x1F;

  private final String code;
  private final int bytes;

  StoredType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Bytes of a number. */
  int bytes() {
    return bytes;
  }

  /** A number at an offset in bytes; the buffer is little-endian. */
  float value(ByteBuffer numbers, int at) {
    return switch (this) {
      case FLOAT -> numbers.getFloat(at);
      case DOUBLE -> (float) numbers.getDouble(at);
      case HALF -> half(numbers.getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(numbers.getShort(at) << Short.SIZE);
      case LONG -> numbers.getLong(at);
      case INT -> numbers.getInt(at);
      case SHORT -> numbers.getShort(at);
      case CHAR -> numbers.get(at);
      case BYTE -> numbers.get(at) & 0xFF;
      case BOOL -> numbers.get(at) == 0 ? 0 : 1;
    };
  }

  /** The type of a code of safetensors. */
  static Optional<StoredType> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
  }

  /** The type of PyTorch's class of storages, such as {@code torch.FloatStorage}. */
  static Optional<StoredType> ofStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.storage().equals(name)).findFirst();
  }

  private String storage() {
    String text = name().toLowerCase(Locale.ROOT);
    return this == BFLOAT16
        ? "torch.BFloat16Storage"
        : "torch.%s%sStorage".formatted(Character.toUpperCase(text.charAt(0)), text.substring(1));
  }

  private static float half(short bits) {
    int exponent = bits >> MANTISSA_BITS & EXPONENT;
    int mantissa = bits & MANTISSA;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) mantissa, -24);
          case EXPONENT -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (mantissa | 1 << MANTISSA_BITS), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
