package io.troupe.actors.collapse;

import io.troupe.metrics.ScoreName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A score has been so many times worse than the best before in several evaluations in a row. While
 * the best is not positive, as that of a kernel distance may be, no score counts as bad.
 */
final class BadScores implements CollapseSign {
  private final int enough;
  private final double factor;
  private final String ranking;
  private double best = Double.NaN;
  private int inRow;
  private String words = "";

  /**
   * No evaluation yet.
   *
   * @param ranking {@code checkpoints.best}; if no score is ranked by it, the first one counts
   */
  BadScores(int enough, double factor, String ranking) {
    this.enough = enough;
    this.factor = factor;
    this.ranking = ranking;
  }

  @Override
  public String label() {
    return "scores-bad";
  }

  @Override
  public void hear(Evaluated found) {
    Optional<ScoreName> name = name(found.scores());
    if (name.isEmpty()) {
      return;
    }
    ScoreName.Direction direction = name.get().direction().orElseThrow();
    double value = found.scores().get(name.get().name());
    boolean higher = direction == ScoreName.Direction.HIGHER;
    boolean bad =
        best > 0
            && (!Double.isFinite(value)
                || (higher ? value * factor < best : value > best * factor));
    inRow = bad ? inRow + 1 : 0;
    words =
        String.format(
            Locale.ROOT,
            "%s is %.4g, and the best was %.4g; it was %s times worse in %d evaluations in a row",
            name.get().name(),
            value,
            best,
            factor,
            inRow);
    if (Double.isFinite(value) && (Double.isNaN(best) || direction.isBetter(value, best))) {
      best = value;
    }
  }

  private Optional<ScoreName> name(Map<String, Double> scores) {
    Optional<ScoreName> ranked =
        scores.keySet().stream()
            .map(ScoreName::of)
            .filter(name -> name.isRankedBy(ranking))
            .findFirst();
    return ranked.or(
        () ->
            scores.keySet().stream()
                .map(ScoreName::of)
                .filter(name -> name.kind() == ScoreName.Kind.SCORE)
                .filter(name -> name.direction().isPresent())
                .min(ScoreName.BY_RANK));
  }

  @Override
  public Optional<String> seen() {
    return inRow >= enough ? Optional.of(words) : Optional.empty();
  }

  @Override
  public void wentBack() {
    inRow = 0;
  }
}
