package io.troupe.actors.cli;

import io.troupe.actors.history.Curves;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.history.SettingsTable;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.plots.CurvePlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Several runs beside each other: their figures, their scores, the settings that differ. */
final class Comparison {
  private static final int MOST_POINTS = 300;

  /** What curves are drawn against, in the words of the option. */
  enum Against {
    steps("step"),
    images("real pictures seen"),
    hours("hours in training");

    private final String axis;

    Against(String axis) {
      this.axis = axis;
    }

    private List<? extends Number> of(Curves curves) {
      return switch (this) {
        case steps -> curves.step();
        case images -> curves.images();
        case hours -> curves.hours();
      };
    }

    private List<? extends Number> of(Curves.ScoreCurve score) {
      return switch (this) {
        case steps -> score.step();
        case images -> score.images();
        case hours -> score.hours();
      };
    }
  }

  /**
   * A run with what is compared of it.
   *
   * @param name in the table
   * @param label in plots
   */
  private record Side(String name, String label, RunSummary summary, Curves curves) {
    Optional<Curves.ScoreCurve> score(String name) {
      return curves.scores().stream().filter(score -> score.name().equals(name)).findFirst();
    }

    Optional<Curves.Series> series(String name) {
      return curves.series().stream().filter(series -> series.name().equals(name)).findFirst();
    }
  }

  private final List<Side> sides = new ArrayList<>();
  private final List<SettingsTable.Difference> settings;

  /**
   * Of runs as they are now.
   *
   * @param names what they are called, as many
   */
  Comparison(List<RunHistory> runs, List<String> names) throws CliException {
    List<String> labels = RunLabels.of(names);
    for (int i = 0; i < runs.size(); i++) {
      RunHistory run = runs.get(i);
      try {
        Optional<String> problem = run.settings().problem();
        if (problem.isPresent()) {
          throw new IOException(problem.get());
        }
        sides.add(
            new Side(
                names.get(i),
                labels.get(i),
                run.summary(),
                run.curves(MOST_POINTS, 0, Long.MAX_VALUE)));
      } catch (IOException e) {
        throw new CliException(
            "cannot read %s: %s".formatted(run.directory().root(), e.getMessage()));
      }
    }
    settings = RunHistory.differences(runs);
  }

  /** The table's lines. */
  List<String> lines(int width) {
    List<String> heads = new ArrayList<>(List.of(""));
    sides.forEach(side -> heads.add(side.name()));
    TextColumns table = new TextColumns(Set.of(), heads);
    row(table, "state", side -> side.summary().state().toString());
    row(table, "step", side -> Long.toString(side.summary().step()));
    row(table, "steps", side -> Long.toString(side.summary().steps()));
    row(table, "images/s", side -> number(side.summary().imagesPerSecond()));
    row(table, "in training", side -> Figures.span(side.summary().elapsedSeconds()));
    boolean marked = false;
    for (String name : scores()) {
      Optional<Direction> direction = ScoreName.of(name).direction();
      row(table, name, side -> side.score(name).map(Comparison::newest).orElse("-"));
      OptionalInt winner = winner(name);
      marked |= winner.isPresent();
      List<String> best = new ArrayList<>();
      best.add("  best" + direction.map(" (%s)"::formatted).orElse(""));
      for (int i = 0; i < sides.size(); i++) {
        String mark = winner.isPresent() && winner.getAsInt() == i ? " *" : "";
        best.add(
            sides
                    .get(i)
                    .score(name)
                    .flatMap(Curves.ScoreCurve::best)
                    .map(Comparison::at)
                    .orElse("-")
                + mark);
      }
      table.add(best);
    }
    for (SettingsTable.Difference setting : settings) {
      List<String> row = new ArrayList<>(List.of(setting.key()));
      setting.values().forEach(value -> row.add(value.map(Object::toString).orElse("-")));
      table.add(row);
    }
    List<String> lines = new ArrayList<>(table.lines(width));
    if (!settings.isEmpty()) {
      lines.add(lines.size() - settings.size(), "settings that differ:");
    }
    if (marked) {
      lines.add("* the best of all");
    }
    return lines;
  }

  private void row(TextColumns table, String name, Function<Side, String> value) {
    List<String> row = new ArrayList<>(List.of(name));
    sides.forEach(side -> row.add(value.apply(side)));
    table.add(row);
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? Figures.number(value.getAsDouble()) : "-";
  }

  private static String newest(Curves.ScoreCurve score) {
    return at(last(score));
  }

  private static String at(ScoreSpan.At at) {
    return "%s at %d".formatted(Figures.number(at.value()), at.step());
  }

  /** The scores that some run has, those that stand for a run first. */
  private List<String> scores() {
    Set<String> names = new LinkedHashSet<>();
    sides.forEach(side -> side.curves().scores().forEach(score -> names.add(score.name())));
    return names.stream()
        .map(ScoreName::of)
        .sorted(ScoreName.BY_RANK)
        .map(ScoreName::name)
        .toList();
  }

  /** The run with the best value of a score; none if only one has it or values are equal. */
  private OptionalInt winner(String name) {
    Optional<Direction> direction = ScoreName.of(name).direction();
    double[] best =
        sides.stream()
            .mapToDouble(
                side ->
                    side.score(name)
                        .flatMap(Curves.ScoreCurve::best)
                        .map(ScoreSpan.At::value)
                        .orElse(Double.NaN))
            .toArray();
    double sign = direction.filter(Direction.LOWER::equals).isPresent() ? 1 : -1;
    double[] sorted =
        Arrays.stream(best).filter(Double::isFinite).map(value -> sign * value).sorted().toArray();
    if (direction.isEmpty() || sorted.length < 2 || sorted[0] == sorted[1]) {
      return OptionalInt.empty();
    }
    return IntStream.range(0, best.length).filter(i -> sign * best[i] == sorted[0]).findFirst();
  }

  /** As programs read it. */
  Map<String, Object> json() {
    List<Map<String, Object>> scores = new ArrayList<>();
    for (String name : scores()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("direction", ScoreName.of(name).direction());
      List<Object> newest = new ArrayList<>();
      List<Object> best = new ArrayList<>();
      for (Side side : sides) {
        Optional<Curves.ScoreCurve> score = side.score(name);
        newest.add(score.map(Comparison::last));
        best.add(score.flatMap(Curves.ScoreCurve::best));
      }
      json.put("newest", newest);
      json.put("best", best);
      scores.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("runs", sides.stream().map(Side::summary).toList());
    json.put("scores", scores);
    json.put("settings", settings);
    return json;
  }

  private static ScoreSpan.At last(Curves.ScoreCurve score) {
    int last = score.step().size() - 1;
    return new ScoreSpan.At(score.step().get(last), score.value().get(last));
  }

  /**
   * The curves of losses and scores, those of all runs on one plot each.
   *
   * @param log whether axes of scores of which lower is better are logarithmic, where no value is 0
   *     or less
   */
  List<CurvePlot.Panel> panels(Against against, boolean log) {
    Set<String> losses = new LinkedHashSet<>();
    for (Side side : sides) {
      side.curves().series().stream()
          .filter(series -> series.group().equals("loss"))
          .forEach(series -> losses.add(series.name()));
    }
    List<CurvePlot.Panel> panels = new ArrayList<>();
    for (String name : losses) {
      add(
          panels,
          name,
          against,
          false,
          side ->
              side.series(name)
                  .map(series -> curve(side, against.of(side.curves()), series.mean())));
    }
    for (String name : scores()) {
      Optional<Direction> direction = ScoreName.of(name).direction();
      add(
          panels,
          name + direction.map(", %s is better"::formatted).orElse(""),
          against,
          log && direction.filter(Direction.LOWER::equals).isPresent(),
          side -> side.score(name).map(score -> curve(side, against.of(score), score.value())));
    }
    return panels;
  }

  private void add(
      List<CurvePlot.Panel> panels,
      String title,
      Against against,
      boolean log,
      Function<Side, Optional<CurvePlot.Curve>> of) {
    List<CurvePlot.Curve> curves =
        sides.stream()
            .map(side -> of.apply(side).orElseGet(() -> curve(side, List.of(), List.of())))
            .toList();
    if (curves.stream().anyMatch(CurvePlot.Curve::isDrawn)) {
      panels.add(new CurvePlot.Panel(title, against.axis, log, curves));
    }
  }

  private static CurvePlot.Curve curve(
      Side side, List<? extends Number> positions, List<? extends Number> values) {
    return new CurvePlot.Curve(
        side.label(), positions, values.stream().map(Number::doubleValue).toList());
  }
}
