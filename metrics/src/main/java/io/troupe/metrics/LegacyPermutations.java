package io.troupe.metrics;

import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The permutations that NumPy's {@code RandomState(2020)} draws, one after the other.
 * torch-fidelity forms the parts of Inception Score and the subsets of KID by them, so with the
 * same ones equal features have equal scores; see docs/decisions/011-draws-of-torch-fidelity.md.
 * Not thread-safe.
 */
final class LegacyPermutations {
  /** What the protocol of a score calls them. */
  static final String NAME = "numpy.random.RandomState(2020)";

  private static final int SEED = 2020;

  private final MersenneTwister generator = new MersenneTwister(SEED);

  /** The next permutation of the numbers 0 to {@code count - 1}. */
  int[] next(int count) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int other = upTo(i);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return order;
  }

  /** A number from 0 to {@code most}, which is at least 1; draws again what is too large. */
  private int upTo(int most) {
    int mask = 2 * Integer.highestOneBit(most) - 1;
    int number = generator.nextInt() & mask;
    while (number > most) {
      number = generator.nextInt() & mask;
    }
    return number;
  }
}
