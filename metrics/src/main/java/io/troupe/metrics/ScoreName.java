package io.troupe.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the name of a number says, as {@link Scores#named} gives it and tables, journals and JSON
 * bear it.
 *
 * @param name e.g. {@code fid}, {@code fd_cifar}, {@code kid_std}
 * @param label for people, e.g. {@code FID}, {@code FD (cifar)}
 * @param score what it is; empty if the name is not known
 * @param kind whether it is the score itself
 */
public record ScoreName(String name, String label, Optional<Score> score, Kind kind) {
  /** Which values are better. */
  public enum Direction {
    LOWER,
    HIGHER;

    /** Whether a value is better than another. */
    public boolean isBetter(double value, double than) {
      return this == HIGHER ? value > than : value < than;
    }

    /** As JSON has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether a name is that of a score or of what comes with one. */
  public enum Kind {
    SCORE(""),
    /** The standard deviation of a score over parts or subsets. */
    DEVIATION("_std"),
    /** A score of all vectors at once instead of a mean over subsets. */
    EXACT("_exact");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }

    String suffix() {
      return suffix;
    }
  }

  /** Share of generated images that a classifier takes for their class; no metric's. */
  public static final Score ACCURACY =
      Score.of("accuracy", "Accuracy", Direction.HIGHER, "0 to 1")
          .otherwise("accuracy_", "Accuracy");

  /** In the order in which one of them stands for a run. */
  private static final List<Score> KNOWN =
      Stream.concat(
              Metrics.all().stream().flatMap(metric -> metric.scores().stream()),
              Stream.of(ACCURACY))
          .toList();

  /** Those that stand for a run first. */
  public static final Comparator<ScoreName> BY_RANK =
      Comparator.comparing(ScoreName::kind)
          .thenComparing(name -> name.score().map(KNOWN::indexOf).orElse(Integer.MAX_VALUE))
          .thenComparing(ScoreName::name);

  /** What a name says; of one that is not known, nothing but itself. */
  public static ScoreName of(String name) {
    Kind kind =
        name.endsWith(Kind.DEVIATION.suffix)
            ? Kind.DEVIATION
            : name.endsWith(Kind.EXACT.suffix) ? Kind.EXACT : Kind.SCORE;
    String base = name.substring(0, name.length() - kind.suffix.length());
    Optional<Score> score = KNOWN.stream().filter(one -> one.isCalled(base)).findFirst();
    String label = score.map(one -> one.labelOf(base)).orElse(base);
    return new ScoreName(
        name,
        switch (kind) {
          case SCORE -> label;
          case DEVIATION -> label + ", deviation";
          case EXACT -> label + ", exact";
        },
        score,
        kind);
  }

  /** Which values are better; empty for deviations and for names that are not known. */
  public Optional<Direction> direction() {
    return kind == Kind.DEVIATION ? Optional.empty() : score.map(Score::direction);
  }

  /** The unit of its values; empty if they have none, or the name is not known. */
  public String unit() {
    return score.map(Score::unit).orElse("");
  }

  /** Whether checkpoints.best ranks by this score: fd_cifar is ranked as fid is. */
  public boolean isRankedBy(String best) {
    return kind == Kind.SCORE && score.filter(one -> one.ranking().equals(best)).isPresent();
  }

  /** The name of the deviation that comes with this score. */
  public String deviation() {
    return name + Kind.DEVIATION.suffix;
  }
}
