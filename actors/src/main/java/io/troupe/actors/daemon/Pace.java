package io.troupe.actors.daemon;

import java.util.OptionalDouble;

/**
 * How long steps take, as far as it tells when the last one ends: a mean over so many steps that
 * what slows some of them down, such as an evaluation beside training, counts for its share. Pauses
 * are no steps' time.
 */
final class Pace {
  /** Older steps count less: things may have changed since. */
  private static final double LEAST_WEIGHT = 1.0 / 500;

  private double elapsed;
  private double mean;
  private long steps;

  /** A step is done that took so many seconds, waiting for its data included. */
  void step(double seconds) {
    elapsed += seconds;
    // The first one also loads code and fills caches: it tells nothing about the others.
    if (steps > 0) {
      mean += Math.max(1.0 / steps, LEAST_WEIGHT) * (seconds - mean);
    }
    steps++;
  }

  /** Time of all steps, in seconds. */
  double elapsedSeconds() {
    return elapsed;
  }

  /** Seconds of a step; empty until there were two. */
  OptionalDouble secondsPerStep() {
    return steps > 1 ? OptionalDouble.of(mean) : OptionalDouble.empty();
  }
}
