package io.troupe.actors;

import io.troupe.config.RunSettings.BestScore;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Ranks generators by one of their scores. */
final class BestCheckpoint {
  private final BestScore ranking;
  private OptionalDouble best;

  /**
   * A ranking.
   *
   * @param best the best value so far
   */
  BestCheckpoint(BestScore ranking, OptionalDouble best) {
    this.ranking = ranking;
    this.best = best;
  }

  /** The value that counts among some scores; empty if there is none, or nothing is ranked. */
  OptionalDouble value(Map<String, Double> scores) {
    return scores.entrySet().stream()
        .filter(score -> isRanked(score.getKey()) && Double.isFinite(score.getValue()))
        .mapToDouble(Map.Entry::getValue)
        .findFirst();
  }

  /** Whether a value is better than all before; it is the best from then on. */
  boolean improves(double value) {
    if (best.isPresent()) {
      boolean better = isHigherBetter() ? value > best.getAsDouble() : value < best.getAsDouble();
      if (!better) {
        return false;
      }
    }
    best = OptionalDouble.of(value);
    return true;
  }

  /** Scores of extractors other than Inception bear their names: fd_cifar is ranked as fid. */
  private boolean isRanked(String score) {
    String prefix =
        switch (ranking) {
          case NONE -> "none";
          case FID -> "fd_";
          case KID -> "kd_";
          case IS -> "is_";
          case INTRA_FID -> "intra_fd_";
          case PRECISION, RECALL, DENSITY, COVERAGE -> "";
        };
    boolean other = !prefix.isEmpty() && score.startsWith(prefix) && !score.endsWith("_std");
    return other || score.equals(ranking.name().toLowerCase(Locale.ROOT));
  }

  private boolean isHigherBetter() {
    return switch (ranking) {
      case IS, PRECISION, RECALL, DENSITY, COVERAGE -> true;
      case NONE, FID, KID, INTRA_FID -> false;
    };
  }
}
