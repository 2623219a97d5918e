package io.troupe.actors.cli;

import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How training proceeds, as text: where it is, what its figures are. */
record ProgressText(Status status) {
  private static final String GAP = "  ";
  private static final int WIDEST_BAR = 40;
  private static final int NARROWEST_BAR = 4;
  private static final String BLOCKS = " ▏▎▍▌▋▊▉█";

  /** How much is said of where training is, from most to least. */
  private enum Place {
    ALL,
    WITHOUT_ELAPSED,
    SHORT
  }

  /** One line without limit, for logs. */
  String line() {
    return String.join(GAP, place(Place.ALL), figures());
  }

  /** What of the run the line tells beside its times, to see whether anything is new. */
  String news() {
    return status.step() + GAP + figures();
  }

  private String figures() {
    return String.join(GAP, figures(Integer.MAX_VALUE));
  }

  /**
   * One line with a bar if all fits beside it, else two; none is longer than the terminal is wide.
   */
  List<String> lines(int columns) {
    String place = place(Place.ALL);
    String figures = figures();
    if (place.length() + figures.length() + 2 * GAP.length() + NARROWEST_BAR <= columns) {
      return List.of(withBar(place, columns - figures.length() - GAP.length()) + GAP + figures);
    }
    List<String> fitting = figures(columns);
    String below = String.join(GAP, fitting);
    return List.of(
        withBar(
            Arrays.stream(Place.values())
                .map(this::place)
                .filter(text -> text.length() <= columns)
                .findFirst()
                .orElse(""),
            columns),
        below.length() <= columns ? below : below.substring(0, columns));
  }

  private String place(Place which) {
    List<String> parts = new ArrayList<>();
    parts.add("step %d of %d".formatted(status.step(), status.steps()));
    if (which != Place.SHORT) {
      parts.add(String.format(Locale.ROOT, "%.1f %%", 100 * share()));
    }
    if (which == Place.ALL) {
      parts.add("elapsed " + time(status.elapsedSeconds()));
    }
    status.remainingSeconds().ifPresent(seconds -> parts.add("remaining " + time(seconds)));
    return String.join(GAP, parts);
  }

  private double share() {
    return status.steps() == 0 ? 1 : (double) status.step() / status.steps();
  }

  /** Puts a bar behind the share; without room for one there is none. */
  private String withBar(String place, int columns) {
    int width = Math.min(WIDEST_BAR, columns - place.length() - GAP.length());
    int behind = place.indexOf('%') + 1;
    if (width < NARROWEST_BAR || behind == 0) {
      return place;
    }
    return place.substring(0, behind) + GAP + bar(width) + place.substring(behind);
  }

  private String bar(int width) {
    int eighths = (int) Math.round(Math.min(1, share()) * width * 8);
    String full = "█".repeat(eighths / 8);
    String bar = eighths % 8 == 0 ? full : full + BLOCKS.charAt(eighths % 8);
    return bar + " ".repeat(width - bar.length());
  }

  /**
   * The figures that fit. The first to go are further scores, then losses, speed, and the share of
   * an evaluation; what fails (at least how much), the state and the score stay.
   */
  private List<String> figures(int columns) {
    List<String> first = new ArrayList<>();
    // The page and 'status' have the causes.
    if (!status.troubles().isEmpty()) {
      first.add(
          status.troubles().stream()
              .map(trouble -> trouble.helper().label())
              .collect(Collectors.joining(", ", "failing: ", "")));
    }
    if (status.state() != RunState.RUNNING) {
      first.add(status.state().label());
    }
    List<String> scores = scores();
    scores.stream().limit(1).forEach(first::add);
    if (String.join(GAP, first).length() > columns && !status.troubles().isEmpty()) {
      first.set(0, status.troubles().size() + " failing");
    }
    List<String> parts = new ArrayList<>(first);
    // A run whose steps are done may wait for its last scores.
    status
        .evaluationShare()
        .ifPresent(
            share ->
                addIfFits(
                    parts, String.format(Locale.ROOT, "evaluating %.0f %%", 100 * share), columns));
    status.imagesPerSecond().ifPresent(value -> addIfFits(parts, "%.1f images/s", value, columns));
    status.discriminatorLoss().ifPresent(value -> addIfFits(parts, "D %.2f", value, columns));
    status.generatorLoss().ifPresent(value -> addIfFits(parts, "G %.2f", value, columns));
    scores.stream().skip(1).forEach(score -> addIfFits(parts, score, columns));
    return parts;
  }

  private static void addIfFits(List<String> parts, String format, double value, int columns) {
    addIfFits(parts, String.format(Locale.ROOT, format, value), columns);
  }

  private static void addIfFits(List<String> parts, String part, int columns) {
    parts.add(part);
    if (String.join(GAP, parts).length() > columns) {
      parts.remove(parts.size() - 1);
    }
  }

  private List<String> scores() {
    return status.scores().entrySet().stream()
        .filter(score -> !score.getKey().matches(".*_(std|exact)"))
        .map(ProgressText::score)
        .toList();
  }

  private static String score(Map.Entry<String, Double> score) {
    return "%s %s".formatted(score.getKey(), Figures.number(score.getValue()));
  }

  /** Hours, minutes and seconds, e.g. 0:12:31; above a day days and hours, e.g. 3 d 04 h. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    long hours = whole / 3600;
    return hours >= 24
        ? String.format(Locale.ROOT, "%d d %02d h", hours / 24, hours % 24)
        : String.format(Locale.ROOT, "%d:%02d:%02d", hours, whole / 60 % 60, whole % 60);
  }
}
