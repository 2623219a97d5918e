package io.troupe.actors.cli;

import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.ScoreSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Runs as a table, the newest first. */
final class RunTable {
  /** Those first that were heard from last. */
  static final Comparator<RunSummary> NEWEST_FIRST =
      Comparator.comparing((RunSummary run) -> run.updatedAt().orElse(Instant.MIN))
          .reversed()
          .thenComparing(RunSummary::run);

  private RunTable() {}

  /** The table's lines, in the given order. */
  static List<String> lines(List<RunSummary> runs, int width, Instant now) {
    List<String> scores =
        runs.stream().flatMap(run -> run.score().map(ScoreSpan::name).stream()).distinct().toList();
    boolean one = scores.size() == 1;
    TextColumns table =
        new TextColumns(
            Set.of(2, 3, 4, 6),
            List.of(
                "run",
                "state",
                "step",
                "images/s",
                "left",
                one ? scores.get(0) + " (best)" : "score (best)",
                "age"));
    for (RunSummary run : runs) {
      table.add(
          List.of(
              name(run),
              run.state().toString(),
              run.steps() > 0 ? run.step() + "/" + run.steps() : Long.toString(run.step()),
              number(run.imagesPerSecond()),
              span(run.remainingSeconds()),
              run.score().map(score -> score(score, one)).orElse("-"),
              run.updatedAt().map(at -> age(at, now)).orElse("-")));
    }
    return table.lines(width);
  }

  /** What commands call the run, and what people call it if that is something else. */
  static String name(RunSummary run) {
    String path = run.run().replace('~', '/');
    String folder = path.substring(path.lastIndexOf('/') + 1);
    return run.name().equals(folder) ? path : "%s (%s)".formatted(path, run.name());
  }

  private static String score(ScoreSpan score, boolean one) {
    String value = Figures.number(score.newest().value());
    Optional<String> best = score.best().map(at -> Figures.number(at.value()));
    return (one ? "" : score.name() + " ")
        + value
        + best.map(text -> " (%s)".formatted(text)).orElse("");
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? Figures.number(value.getAsDouble()) : "-";
  }

  private static String span(OptionalDouble seconds) {
    return seconds.isPresent() ? Figures.span(seconds.getAsDouble()) : "-";
  }

  /** How long ago it was. */
  static String age(Instant at, Instant now) {
    return Figures.span(Duration.between(at, now).toMillis() / 1000.0);
  }
}
