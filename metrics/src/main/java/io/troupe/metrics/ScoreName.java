package io.troupe.metrics;

import io.troupe.config.RunSettings.BestScore;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * What the name of a score says, as {@link Scores#named} gives it and tables, journals and JSON
 * bear it: the one place that knows which way each score gets better. All scores are numbers
 * without a unit.
 *
 * @param name e.g. {@code fid}, {@code fd_cifar}, {@code kid_std}
 * @param label for people, e.g. {@code FID}, {@code FD (cifar)}
 * @param family what it is; empty if the name is not known
 * @param kind whether it is the score itself
 */
public record ScoreName(String name, String label, Optional<Family> family, Kind kind) {
  /** Which values are better. */
  public enum Direction {
    LOWER,
    HIGHER;

    /** As JSON has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The scores, in the order in which one of them stands for a run. */
  public enum Family {
    FID("fd_", "FID", "FD", Direction.LOWER),
    IS("is_", "IS", "IS", Direction.HIGHER),
    KID("kd_", "KID", "KD", Direction.LOWER),
    INTRA_FID("intra_fd_", "Intra-FID", "Intra-FD", Direction.LOWER),
    PRECISION("", "Precision", "", Direction.HIGHER),
    RECALL("", "Recall", "", Direction.HIGHER),
    DENSITY("", "Density", "", Direction.HIGHER),
    COVERAGE("", "Coverage", "", Direction.HIGHER),
    ACCURACY("accuracy_", "Accuracy", "Accuracy", Direction.HIGHER);

    private final String prefix;
    private final String label;
    private final String labelOfOther;
    private final Direction direction;

    /**
     * A score.
     *
     * @param prefix of its name with an extractor other than Inception; empty if it has no such
     *     name
     */
    Family(String prefix, String label, String labelOfOther, Direction direction) {
      this.prefix = prefix;
      this.label = label;
      this.labelOfOther = labelOfOther;
      this.direction = direction;
    }

    /** Which values are better. */
    public Direction direction() {
      return direction;
    }

    private boolean has(String base) {
      return base.equals(name().toLowerCase(Locale.ROOT))
          || (!prefix.isEmpty() && base.startsWith(prefix) && base.length() > prefix.length());
    }

    private String label(String base) {
      return base.equals(name().toLowerCase(Locale.ROOT))
          ? label
          : labelOfOther + " (" + base.substring(prefix.length()) + ")";
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
  }

  /** Those that stand for a run first. */
  public static final Comparator<ScoreName> BY_RANK =
      Comparator.comparing(ScoreName::kind)
          .thenComparing(score -> score.family().map(Family::ordinal).orElse(Integer.MAX_VALUE))
          .thenComparing(ScoreName::name);

  /** What a name says; of one that is not known, nothing but itself. */
  public static ScoreName of(String name) {
    Kind kind =
        name.endsWith(Kind.DEVIATION.suffix)
            ? Kind.DEVIATION
            : name.endsWith(Kind.EXACT.suffix) ? Kind.EXACT : Kind.SCORE;
    String base = name.substring(0, name.length() - kind.suffix.length());
    Optional<Family> family =
        Arrays.stream(Family.values()).filter(one -> one.has(base)).findFirst();
    String label = family.map(one -> one.label(base)).orElse(base);
    return new ScoreName(
        name,
        switch (kind) {
          case SCORE -> label;
          case DEVIATION -> label + ", deviation";
          case EXACT -> label + ", exact";
        },
        family,
        kind);
  }

  /** Which values are better; empty for deviations and for names that are not known. */
  public Optional<Direction> direction() {
    return kind == Kind.DEVIATION ? Optional.empty() : family.map(Family::direction);
  }

  /** Whether checkpoints.best ranks by this score: fd_cifar is ranked as fid is. */
  public boolean isRankedBy(BestScore best) {
    return kind == Kind.SCORE && family.filter(one -> one.name().equals(best.name())).isPresent();
  }

  /** The name of the deviation that comes with this score. */
  public String deviation() {
    return name + Kind.DEVIATION.suffix;
  }
}
