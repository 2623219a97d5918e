package io.troupe.models.published;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.List;

/**
 * A tensor of a published program that ours have no counterpart of: a constant, or what the program
 * only logs.
 *
 * @param name in the published program
 * @param shape none for a single number
 * @param kind what it is
 */
public record Extra(String name, List<Long> shape, Kind kind) {
  private static final float[] TAPS = {1, 3, 3, 1};
  private static final int TAPS_SUM = 8;

  /** What such a tensor is. */
  public enum Kind {
    /** How many batches a norm has seen; nothing reads it. An int64. */
    COUNTER,
    /** A singular value that is logged; nothing reads it. */
    LOGGED,
    /** The low-pass filter [1, 3, 3, 1] in both directions. */
    FILTER,
    /** Noise that pictures are made with when the same noise is wanted each time. */
    NOISE
  }

  /**
   * Its elements for who writes it: no batches, ones, the filter, or noise that depends on its
   * place among the others.
   *
   * @param index of the tensor among all
   */
  public float[] values(int index) {
    float[] values = new float[(int) (long) shape.stream().reduce(1L, (a, b) -> a * b)];
    CounterRandom random = new CounterRandom(0, Stream.INITIALISATION, 2, index);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (kind) {
            case COUNTER -> 0;
            case LOGGED -> 1;
            case FILTER -> filter(i);
            case NOISE -> (float) random.nextGaussian();
          };
    }
    return values;
  }

  /** An element of the filter. */
  static float filter(int index) {
    return TAPS[index / TAPS.length] * TAPS[index % TAPS.length] / (TAPS_SUM * TAPS_SUM);
  }
}
