package io.troupe.metrics;

import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * One number that a metric computes, and what tables, journals, JSON and pages say of it.
 *
 * @param name in snake_case, e.g. {@code intra_fid}; on Inception's features, if {@code other} is
 *     there
 * @param label for people, e.g. {@code Intra-FID}
 * @param other what it is called on the features of another extractor; empty if the same
 * @param direction which values are better
 * @param range the values that it may have, for people, e.g. {@code from 0}
 * @param unit of its values; empty if they have none
 * @param kinds the numbers that it comes as: always itself
 */
public record Score(
    String name,
    String label,
    Optional<Other> other,
    Direction direction,
    String range,
    String unit,
    Set<Kind> kinds) {

  /**
   * What a score is called on the features of an extractor X.
   *
   * @param prefix of its name, e.g. {@code fd_} of {@code fd_X}
   * @param label for people, e.g. {@code FD} of {@code FD (X)}
   */
  public record Other(String prefix, String label) {}

  /** A score without a unit that has one name whatever the extractor is, and no deviation. */
  public static Score of(String name, String label, Direction direction, String range) {
    return new Score(name, label, Optional.empty(), direction, range, "", EnumSet.of(Kind.SCORE));
  }

  /** The same score with names on the features of other extractors. */
  public Score otherwise(String prefix, String otherLabel) {
    return new Score(
        name, label, Optional.of(new Other(prefix, otherLabel)), direction, range, unit, kinds);
  }

  /** The same score with a unit. */
  public Score in(String ofValues) {
    return new Score(name, label, other, direction, range, ofValues, kinds);
  }

  /** The same score, which comes as other numbers too. */
  public Score with(Kind... more) {
    Set<Kind> all = EnumSet.copyOf(kinds);
    all.addAll(Set.of(more));
    return new Score(name, label, other, direction, range, unit, all);
  }

  /** Its name in {@code checkpoints.best}. */
  public String ranking() {
    return name.replace('_', '-');
  }

  /**
   * The name of one of its numbers.
   *
   * @param extractor whose features it was computed from
   */
  public String name(String extractor, Kind kind) {
    String base =
        other
            .filter(names -> !extractor.equals(Scores.INCEPTION))
            .map(names -> names.prefix() + extractor)
            .orElse(name);
    return base + kind.suffix();
  }

  /** Whether a name without its kind's suffix is this score's. */
  boolean isCalled(String base) {
    return base.equals(name)
        || other
            .filter(names -> base.startsWith(names.prefix()))
            .filter(names -> base.length() > names.prefix().length())
            .isPresent();
  }

  /** What people call the score of such a name. */
  String labelOf(String base) {
    return base.equals(name) || other.isEmpty()
        ? label
        : "%s (%s)".formatted(other.get().label(), base.substring(other.get().prefix().length()));
  }
}
