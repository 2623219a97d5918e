package io.troupe.metrics.cifar;

/** Floats of half precision: IEEE 754's binary16, as the 16 bits of a short. */
final class Half {
  private static final int FRACTION_BITS = 10;
  private static final int EXPONENT_MASK = 0x1F;
  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7C00;
  private static final int QUIET = 0x0200;
  private static final int BIAS = 15;
  private static final float LEAST = 0x1p-24f;
  private static final float LEAST_NORMAL = 0x1p-14f;

  /** From here on the nearest is infinity. */
  private static final float TOO_LARGE = 65_520;

  private Half() {}

  /** The nearest one; of two equally near ones that whose last bit is 0. NaN stays NaN. */
  static short of(float value) {
    int sign = (Float.floatToRawIntBits(value) >>> 16) & SIGN;
    float size = Math.abs(value);
    int bits;
    if (Float.isNaN(value)) {
      bits = INFINITY | QUIET;
    } else if (size >= TOO_LARGE) {
      bits = INFINITY;
    } else {
      // Neighbours are this far apart; a fraction that rounds up to the next power carries over.
      int exponent = Math.max(Math.getExponent(size), Math.getExponent(LEAST_NORMAL));
      int fraction = (int) Math.rint(Math.scalb((double) size, FRACTION_BITS - exponent));
      bits = size < LEAST_NORMAL ? fraction : ((exponent + BIAS - 1) << FRACTION_BITS) + fraction;
    }
    return (short) (sign | bits);
  }

  /** The same number. */
  static float toFloat(short half) {
    int exponent = (half >>> FRACTION_BITS) & EXPONENT_MASK;
    int fraction = half & ((1 << FRACTION_BITS) - 1);
    float size;
    if (exponent == EXPONENT_MASK) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      size = fraction * LEAST;
    } else {
      size = Math.scalb((float) ((1 << FRACTION_BITS) | fraction), exponent - BIAS - FRACTION_BITS);
    }
    return half < 0 ? -size : size;
  }
}
