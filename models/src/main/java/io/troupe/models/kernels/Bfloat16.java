package io.troupe.models.kernels;

/**
 * The type bfloat16: the upper half of a float, its sign, exponent and seven bits of its mantissa.
 *
 * <p>Loops work on integers of which each holds two neighbours, the first in its lower half,
 * because the JVM's compiler turns those into vector instructions, and loops over shorts not.
 */
public final class Bfloat16 {
  private static final int BITS = 16;
  private static final int UPPER = 0xffff0000;
  private static final int SIGN = 0x80000000;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;
  private static final int QUIET_NAN = 0x7fc00000;
  private static final int JUST_BELOW_HALF = 0x7fff;

  private Bfloat16() {}

  /**
   * The nearest number of the type, of two equally near ones that whose last bit is zero. What is
   * no number stays none.
   */
  public static short of(float number) {
    return (short) (rounded(Float.floatToRawIntBits(number)) >>> BITS);
  }

  /** The number as a float, which is exact. */
  public static float value(short bits) {
    return Float.intBitsToFloat(bits << BITS);
  }

  /** As {@link #of}, as a float. */
  public static float rounded(float number) {
    return value(of(number));
  }

  /** The upper half is the rounded number; the lower half has no meaning. */
  private static int rounded(int bits) {
    int magnitude = bits & MAGNITUDE;
    int noNumber = (INFINITY - magnitude) >> (Integer.SIZE - 1);
    int nearest = magnitude + JUST_BELOW_HALF + ((bits >>> BITS) & 1);
    return (nearest & ~noNumber) | (QUIET_NAN & noNumber) | (bits & SIGN);
  }

  /** Rounds floats, given by their bits, and joins each pair. */
  static void join(int[] evens, int[] odds, int[] pairs, int count) {
    round(evens, count);
    round(odds, count);
    for (int i = 0; i < count; i++) {
      pairs[i] = (evens[i] >>> BITS) | (odds[i] & UPPER);
    }
  }

  private static void round(int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = rounded(bits[i]);
    }
  }

  /** The bits of each pair's first number as a float. */
  static void evens(int[] pairs, int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = pairs[i] << BITS;
    }
  }

  /** The bits of each pair's second number as a float. */
  static void odds(int[] pairs, int[] bits, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = pairs[i] & UPPER;
    }
  }
}
