package io.troupe.actors.checkpoint;

import io.troupe.metrics.Metrics;
import io.troupe.metrics.ScoreName;
import java.util.Map;
import java.util.OptionalDouble;

/** Ranks generators by one of their scores. */
public final class BestCheckpoint {
  private final String ranking;
  private OptionalDouble best;

  /**
   * A ranking.
   *
   * @param ranking which score: {@code checkpoints.best}
   * @param best the value of the file that is kept
   */
  public BestCheckpoint(String ranking, OptionalDouble best) {
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
        || Metrics.ranking(ranking).direction().isBetter(value, best.getAsDouble());
  }

  /** A file with this value is kept as the best one. */
  public void kept(double value) {
    best = OptionalDouble.of(value);
  }
}
