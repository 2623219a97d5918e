package io.troupe.metrics;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Draws without replacement that are the same in every process. */
final class RandomOrder {
  private static final long SEED = 0;

  /** What a draw is for. */
  enum Use {
    /** Which feature vectors are kept. */
    KEPT_ROWS(1),
    /** Which feature vectors are drawn in a plot. */
    PLOTTED_ROWS(4);

    private final int step;

    Use(int step) {
      this.step = step;
    }
  }

  private RandomOrder() {}

  /** Draws {@code count} of the numbers 0 to {@code total - 1}, in random order. */
  static int[] draw(int count, int total, Use use) {
    CounterRandom random = new CounterRandom(SEED, Stream.METRICS, use.step, 0);
    int[] numbers = IntStream.range(0, total).toArray();
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(total - i);
      int drawn = numbers[other];
      numbers[other] = numbers[i];
      numbers[i] = drawn;
    }
    return Arrays.copyOf(numbers, count);
  }
}
