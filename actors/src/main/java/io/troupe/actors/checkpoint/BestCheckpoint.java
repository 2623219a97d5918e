package io.troupe.actors.checkpoint;

import io.troupe.config.RunSettings.BestScore;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Family;
import java.util.Map;
import java.util.OptionalDouble;

/** Ranks generators by one of their scores. */
public final class BestCheckpoint {
  private final BestScore ranking;
  private OptionalDouble best;

  /**
   * A ranking.
   *
   * @param best the value of the file that is kept
   */
  public BestCheckpoint(BestScore ranking, OptionalDouble best) {
    this.ranking = ranking;
    this.best = best;
  }

  /** The value that counts among some scores; empty if there is none, or nothing is ranked. */
  public OptionalDouble value(Map<String, Double> scores) {
    return scores.entrySet().stream()
        .filter(score -> ScoreName.of(score.getKey()).isRankedBy(ranking))
        .mapToDouble(Map.Entry::getValue)
        .filter(Double::isFinite)
        .findFirst();
  }

  /** Whether a value is better than that of the file that is kept. */
  public boolean improves(double value) {
    return best.isEmpty()
        || (Family.valueOf(ranking.name()).direction() == Direction.HIGHER
            ? value > best.getAsDouble()
            : value < best.getAsDouble());
  }

  /** A file with this value is kept as the best one. */
  public void kept(double value) {
    best = OptionalDouble.of(value);
  }
}
