package io.troupe.config.random;

/**
 * A random sequence that is a pure function of (seed, stream, step, index).
 *
 * <p>The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011): the seed is its key, and stream, step, index and the position in the sequence are its
 * counter. Equal arguments give equal sequences on every platform; different arguments give
 * independent ones. Not thread-safe; making one is cheap.
 */
public final class CounterRandom {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final double TWO_TO_MINUS_53 = 0x1p-53;

  private final int key0;
  private final int key1;
  private final int counter1;
  private final int counter2;
  private final int counter3;
  private final int[] block = new int[4];
  private int nextBlock;
  private int used = 4;
  private double spareGaussian;
  private boolean hasSpareGaussian;

  /**
   * A sequence at its start.
   *
   * @param seed the run's seed
   * @param stream what the numbers are for
   * @param step 0 to 2<sup>48</sup> - 1
   * @param index 0 to 2<sup>31</sup> - 1; tells apart the consumers of one step
   * @throws IllegalArgumentException if step or index is out of range
   */
  public CounterRandom(long seed, Stream stream, long step, int index) {
    if (step < 0 || step >= 1L << 48 || index < 0) {
      throw new IllegalArgumentException(
          "step must be in [0, 2^48) and index not negative: step " + step + ", index " + index);
    }
    key0 = (int) seed;
    key1 = (int) (seed >>> 32);
    counter1 = index;
    counter2 = (int) step;
    counter3 = (int) (step >>> 32) << 16 | stream.id;
  }

  /** 32 uniform bits. */
  public int nextInt() {
    if (used == 4) {
      philox(nextBlock++, counter1, counter2, counter3, key0, key1, block);
      used = 0;
    }
    return block[used++];
  }

  /**
   * A uniform integer from 0 (inclusive) to {@code bound} (exclusive), without bias.
   *
   * @throws IllegalArgumentException if bound is not positive
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive: " + bound);
    }
    // Lemire, "Fast random integer generation in an interval", 2019: reject the short remainder.
    long product = Integer.toUnsignedLong(nextInt()) * bound;
    if (Integer.compareUnsigned((int) product, bound) < 0) {
      int threshold = Integer.remainderUnsigned(-bound, bound);
      while (Integer.compareUnsigned((int) product, threshold) < 0) {
        product = Integer.toUnsignedLong(nextInt()) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** A fair coin. */
  public boolean nextBoolean() {
    return nextInt() < 0;
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  public double nextDouble() {
    long high = Integer.toUnsignedLong(nextInt()) >>> 5;
    long low = Integer.toUnsignedLong(nextInt()) >>> 6;
    return (high * (1L << 26) + low) * TWO_TO_MINUS_53;
  }

  /** A uniform number in [low, high); {@code low} itself if the two are equal. */
  public double nextDouble(double low, double high) {
    double value = low + (high - low) * nextDouble();
    // The sum may have been rounded up to the excluded bound.
    return value < high ? value : Math.max(low, Math.nextDown(high));
  }

  /** A standard normal number (Box and Muller; StrictMath, so that platforms agree). */
  public double nextGaussian() {
    if (hasSpareGaussian) {
      hasSpareGaussian = false;
      return spareGaussian;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    double angle = 2 * Math.PI * nextDouble();
    spareGaussian = radius * StrictMath.sin(angle);
    hasSpareGaussian = true;
    return radius * StrictMath.cos(angle);
  }

  /** Ten rounds of Philox4x32 on counter (c0..c3) under key (k0, k1), into {@code out}. */
  static void philox(int c0, int c1, int c2, int c3, int k0, int k1, int[] out) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
      long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
