package io.troupe.actors.fleet;

import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Direction;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Early stopping of a sweep's runs: asynchronous successive halving (Li et al., "A System for
 * Massively Parallel Hyperparameter Tuning", 2020) in the form that stops and never pauses. Rungs
 * are the steps {@code first}, {@code first * factor}, {@code first * factor^2}, ...; a run that
 * has a score at a rung goes on if it is among the best {@code 1/factor} of those that have one
 * there by then. So the first of a rung always goes on, and nobody waits for others.
 *
 * @param first step of the lowest rung
 * @param factor how much higher the next rung is, and how many of a rung there are for each that
 *     goes on; from 2
 * @param score the name of the score that is compared
 */
public record Halving(long first, int factor, String score) {
  public Halving {
    if (first < 1) {
      throw new IllegalArgumentException(
          "halving begins at step %d; allowed: from 1".formatted(first));
    }
    if (factor < 2) {
      throw new IllegalArgumentException(
          "halving's factor is %d; allowed: from 2".formatted(factor));
    }
    if (ScoreName.of(score).direction().isEmpty()) {
      throw new IllegalArgumentException(
          "of the score \"%s\" it is not known which values are better".formatted(score));
    }
  }

  /** The highest rung that a step has reached; empty below the first. */
  Optional<Long> rung(long step) {
    return LongStream.iterate(first, rung -> rung <= step, this::above)
        .boxed()
        .reduce((lower, higher) -> higher);
  }

  private long above(long rung) {
    return rung > Long.MAX_VALUE / factor ? Long.MAX_VALUE : rung * factor;
  }

  /**
   * Whether a run goes on from a rung.
   *
   * @param scores of all runs that have one at that rung, by name; the run's own is among them
   */
  boolean goesOn(String run, Map<String, Double> scores) {
    double own = scores.get(run);
    Direction direction = ScoreName.of(score).direction().orElseThrow();
    long better =
        scores.values().stream()
            .filter(other -> direction == Direction.LOWER ? other < own : other > own)
            .count();
    long kept = Math.max(1, scores.size() / factor);
    return !Double.isNaN(own) && better < kept;
  }
}
