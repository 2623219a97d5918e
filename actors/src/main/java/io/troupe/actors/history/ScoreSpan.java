package io.troupe.actors.history;

import io.troupe.metrics.ScoreName.Direction;
import java.util.Optional;

/**
 * The newest and the best value of a score.
 *
 * @param direction which values are better; empty if that is not known, and then there is no best
 */
public record ScoreSpan(
    String name, String label, Optional<Direction> direction, At newest, Optional<At> best) {
  /** A value and the step whose generator has it. */
  public record At(long step, double value) {}
}
