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
   * @param best the value of the file that is kept
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

  /** Whether a value is better than that of the file that is kept. */
  boolean improves(double value) {
    return best.isEmpty()
        || (isHigherBetter() ? value > best.getAsDouble() : value < best.getAsDouble());
  }

  /** A file with this value is kept as the best one. */
  void kept(double value) {
    best = OptionalDouble.of(value);
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
    boolean other =
        !prefix.isEmpty()
            && score.startsWith(prefix)
            && !score.endsWith("_std")
            && !score.endsWith("_exact");
    return other || score.equals(ranking.name().toLowerCase(Locale.ROOT));
  }

  private boolean isHigherBetter() {
    return switch (ranking) {
      case IS, PRECISION, RECALL, DENSITY, COVERAGE -> true;
      case NONE, FID, KID, INTRA_FID -> false;
    };
  }
}
