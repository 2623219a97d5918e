package io.troupe.actors.cli;

import io.troupe.actors.history.Curves;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.RunSummary.State;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A run on one screen: where it is, its curves, its newest events. */
final class WatchScreen {
  private static final int FEWEST_EVENTS = 4;
  private static final int LOWEST_PLOT = 2;
  private static final int HIGHEST_PLOT = 12;
  private static final int MOST_PANELS = 4;
  private static final int NARROWEST_CURVE = 20;
  private static final int GAP = 2;
  private static final int AXIS = 8;

  private record Panel(String title, List<? extends Number> steps, List<? extends Number> values) {}

  private final int width;
  private final int height;
  private final Instant now;
  private final DateTimeFormatter clock;
  private final DateTimeFormatter day;

  /**
   * A screen.
   *
   * @param width in characters, at least 40
   * @param height in lines, at least {@code 8}
   * @param zone that times are shown in
   */
  WatchScreen(int width, int height, ZoneId zone, Instant now) {
    this.width = width;
    this.height = height;
    this.now = now;
    clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    day = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
  }

  /** How many points a curve has on a screen of a width; each is then a mean, which smooths it. */
  static int points(int width) {
    return Math.max(NARROWEST_CURVE, width - GAP - 2 * AXIS);
  }

  /**
   * The lines, as many as the screen has at most, none longer than it is wide.
   *
   * @param foot the last line
   */
  List<String> lines(RunSummary run, Curves curves, List<RecentEvents.Event> events, String foot) {
    List<String> lines = new ArrayList<>(head(run, curves));
    int room = height - lines.size() - 1;
    List<Panel> panels = panels(run, curves);
    int rows = (panels.size() + 1) / 2;
    while (rows > 0 && plotHeight(room, rows) < LOWEST_PLOT) {
      rows--;
    }
    for (int row = 0; row < rows; row++) {
      lines.addAll(
          beside(
              panels.subList(2 * row, Math.min(panels.size(), 2 * row + 2)),
              plotHeight(room, rows)));
    }
    int left = height - lines.size() - 1;
    events.stream()
        .skip(Math.max(0, events.size() - left))
        .forEach(event -> lines.add(event(event)));
    while (lines.size() < height - 1) {
      lines.add("");
    }
    lines.add(foot);
    return lines.stream().map(line -> Figures.cut(Figures.plain(line), width)).toList();
  }

  private static int plotHeight(int room, int rows) {
    return Math.min(HIGHEST_PLOT, (room - FEWEST_EVENTS) / rows - 1);
  }

  private List<String> head(RunSummary run, Curves curves) {
    String name = RunTable.name(run) + run.preset().map(preset -> ", " + preset).orElse("");
    String evaluating =
        run.evaluationShare().isPresent()
            ? ", evaluating %.0f %%".formatted(100 * run.evaluationShare().getAsDouble())
            : "";
    List<String> head = new ArrayList<>();
    head.add(ends(name + ": " + run.state() + evaluating, clock.format(now)));
    head.add(progress(run));
    head.add(String.join(", ", figures(run)));
    head.add(String.join("; ", scores(curves)));
    // Of a run that does well it says no more than the state.
    String text =
        run.troubles().isEmpty()
            ? run.state() == State.RUNNING ? "" : run.stateText()
            : "failing: "
                + String.join(
                    "; ", run.troubles().stream().map(t -> t.helper() + ": " + t.cause()).toList());
    head.add(text);
    return head;
  }

  private String ends(String left, String right) {
    int room = width - right.length() - GAP;
    String text = Figures.cut(left, room);
    return text
        + " ".repeat(width - text.codePointCount(0, text.length()) - right.length())
        + right;
  }

  private String progress(RunSummary run) {
    if (run.steps() <= 0) {
      return "step " + run.step();
    }
    double share = Math.min(1, (double) run.step() / run.steps());
    String left = "step %d of %d  ".formatted(run.step(), run.steps());
    String right = String.format(Locale.ROOT, "  %.1f %%", 100 * share);
    int room = Math.max(0, width - left.length() - right.length());
    int full = (int) Math.round(share * room);
    return left + "█".repeat(full) + "░".repeat(room - full) + right;
  }

  private List<String> figures(RunSummary run) {
    List<String> parts = new ArrayList<>();
    run.imagesPerSecond().ifPresent(value -> parts.add(Figures.number(value) + " images/s"));
    parts.add(Figures.span(run.elapsedSeconds()) + " in training");
    run.remainingSeconds().ifPresent(value -> parts.add(Figures.span(value) + " left"));
    run.finishesAt().ifPresent(at -> parts.add("done at " + day.format(at)));
    run.updatedAt().ifPresent(at -> parts.add("last event " + RunTable.age(at, now) + " ago"));
    return parts;
  }

  private static List<String> scores(Curves curves) {
    return curves.scores().stream()
        .map(
            score ->
                "%s %s%s"
                    .formatted(
                        score.name(),
                        Figures.number(score.value().get(score.value().size() - 1)),
                        score
                            .best()
                            .map(
                                at ->
                                    " (best %s of step %d)"
                                        .formatted(Figures.number(at.value()), at.step()))
                            .orElse("")))
        .toList();
  }

  /** The losses and the first scores; speed in place of scores that there are not. */
  private static List<Panel> panels(RunSummary run, Curves curves) {
    List<Panel> panels = new ArrayList<>();
    for (Curves.Series series : curves.series()) {
      if (series.group().equals("loss")) {
        panels.add(panel(series.label() + " loss", curves, series));
      }
    }
    curves.scores().stream()
        .filter(score -> run.score().map(first -> first.name().equals(score.name())).orElse(false))
        .forEach(score -> panels.add(panel(score)));
    curves.scores().stream()
        .filter(score -> run.score().map(first -> !first.name().equals(score.name())).orElse(true))
        .forEach(score -> panels.add(panel(score)));
    for (Curves.Series series : curves.series()) {
      if (series.group().equals("speed") || series.group().equals("logit")) {
        panels.add(panel(series.label() + " (" + series.group() + ")", curves, series));
      }
    }
    return panels.subList(0, Math.min(MOST_PANELS, panels.size()));
  }

  private static Panel panel(String title, Curves curves, Curves.Series series) {
    return new Panel(title, curves.step(), series.mean());
  }

  private static Panel panel(Curves.ScoreCurve score) {
    return new Panel(
        score.name() + score.direction().map(", %s is better"::formatted).orElse(""),
        score.step(),
        score.value());
  }

  private static double[] doubles(List<? extends Number> numbers) {
    return numbers.stream().mapToDouble(Number::doubleValue).toArray();
  }

  private List<String> beside(List<Panel> panels, int rows) {
    int each = (width - GAP) / 2;
    List<List<String>> columns = panels.stream().map(panel -> draw(panel, each, rows)).toList();
    List<String> lines = new ArrayList<>();
    for (int row = 0; row <= rows; row++) {
      StringBuilder line = new StringBuilder(columns.get(0).get(row));
      if (columns.size() > 1) {
        line.append(" ".repeat(each + GAP - line.codePointCount(0, line.length())))
            .append(columns.get(1).get(row));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> draw(Panel panel, int width, int rows) {
    double[] values = doubles(panel.values());
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    String value = Figures.number(finite.length == 0 ? Double.NaN : finite[finite.length - 1]);
    List<String> lines = new ArrayList<>();
    lines.add(Figures.cut(panel.title(), width - value.length() - 1) + " " + value);
    List<String> curve = BraillePlot.lines(doubles(panel.steps()), values, width - AXIS, rows);
    for (int row = 0; row < rows; row++) {
      String label = "";
      if (row == 0) {
        label = Figures.number(Arrays.stream(finite).max().orElse(Double.NaN));
      } else if (row == rows - 1) {
        label = Figures.number(Arrays.stream(finite).min().orElse(Double.NaN));
      }
      lines.add(("%" + (AXIS - 1) + "s ").formatted(Figures.cut(label, AXIS - 1)) + curve.get(row));
    }
    return lines;
  }

  private String event(RecentEvents.Event event) {
    return "%s  %7d  %s"
        .formatted(event.time().map(clock::format).orElse("        "), event.step(), event.text());
  }
}
