package io.troupe.actors.history;

import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Draws a journal's rows together to as many points as a plot has. */
final class CurveMaker {
  /** Points of a curve at most. */
  static final int MOST_POINTS = 5000;

  private static final double SECONDS_PER_HOUR = 3600;

  private record Kin(String label, String group, String unit) {}

  private static final Map<String, Kin> KNOWN =
      Map.ofEntries(
          Map.entry("discriminator_loss", new Kin("Discriminator", "loss", "")),
          Map.entry("generator_loss", new Kin("Generator", "loss", "")),
          Map.entry("real_logit", new Kin("Real pictures", "logit", "")),
          Map.entry("fake_logit", new Kin("Generated pictures", "logit", "")),
          Map.entry("logit_deviation", new Kin("Deviation of all", "logit", "")),
          Map.entry("accuracy", new Kin("Accuracy of the discriminator", "other", "")),
          Map.entry("gradient_penalty", new Kin("Gradient penalty", "penalty", "")),
          Map.entry("path_penalty", new Kin("Path length", "penalty", "")),
          Map.entry("consistency_penalty", new Kin("Consistency", "penalty", "")),
          Map.entry("lecam_penalty", new Kin("LeCam", "penalty", "")),
          Map.entry("perplexity", new Kin("Perplexity of codes", "other", "")),
          Map.entry(
              "augmentation_probability", new Kin("Probability of augmentations", "other", "")),
          Map.entry("real_sign", new Kin("Mean sign of real logits", "other", "")),
          Map.entry("seconds", new Kin("Time of a step", "other", "s")),
          Map.entry("images_per_second", new Kin("Real pictures", "speed", "images/s")));

  private final Journal journal;
  private final long imagesPerStep;
  private final long from;
  private final long to;
  private final int first;
  private final int rows;
  private final int points;

  /**
   * Of a part of a run.
   *
   * @param points at most
   * @param from the first step
   * @param to the last step
   */
  CurveMaker(Journal journal, long imagesPerStep, int points, long from, long to) {
    this.journal = journal;
    this.imagesPerStep = imagesPerStep;
    this.from = from;
    this.to = to;
    first = journal.steps().firstAfter(from - 1);
    rows = Math.max(0, journal.steps().firstAfter(to) - first);
    this.points = Math.min(rows, Math.max(1, Math.min(points, MOST_POINTS)));
  }

  Curves make() {
    StepTable steps = journal.steps();
    List<Long> step = new ArrayList<>(points);
    List<Float> hours = new ArrayList<>(points);
    for (int point = 0; point < points; point++) {
      int last = end(point) - 1;
      step.add((long) steps.step(last));
      hours.add((float) (steps.seconds(last) / SECONDS_PER_HOUR));
    }
    List<Curves.Series> series = new ArrayList<>();
    for (String name : steps.names()) {
      series(name, steps.column(name)).ifPresent(series::add);
    }
    return new Curves(
        journal.step(),
        imagesPerStep,
        steps.rows(),
        step,
        images(step),
        hours,
        series,
        scores(),
        journal.marks().list());
  }

  /** The first row that is not the point's any more; points are as equal in rows as can be. */
  private int end(int point) {
    return first + (int) ((long) rows * (point + 1) / points);
  }

  private List<Long> images(List<Long> step) {
    return step.stream().map(each -> each * imagesPerStep).toList();
  }

  private Optional<Curves.Series> series(String name, float[] column) {
    float[] mean = new float[points];
    float[] low = new float[points];
    float[] high = new float[points];
    boolean any = false;
    for (int point = 0, row = first; point < points; point++) {
      double sum = 0;
      int count = 0;
      low[point] = Float.POSITIVE_INFINITY;
      high[point] = Float.NEGATIVE_INFINITY;
      for (; row < end(point); row++) {
        if (Float.isFinite(column[row])) {
          sum += column[row];
          count++;
          low[point] = Math.min(low[point], column[row]);
          high[point] = Math.max(high[point], column[row]);
        }
      }
      mean[point] = count == 0 ? Float.NaN : (float) (sum / count);
      any |= count > 0;
    }
    if (!any) {
      return Optional.empty();
    }
    Kin kin = KNOWN.getOrDefault(name, new Kin(name.replace('_', ' '), "other", ""));
    boolean shared = points < rows;
    return Optional.of(
        new Curves.Series(
            name,
            kin.label(),
            kin.group(),
            kin.unit(),
            list(mean),
            shared ? Optional.of(list(low)) : Optional.empty(),
            shared ? Optional.of(list(high)) : Optional.empty()));
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private List<Curves.ScoreCurve> scores() {
    List<Curves.ScoreCurve> curves = new ArrayList<>();
    journal.scores().names().stream()
        .map(ScoreName::of)
        .filter(score -> score.kind() != Kind.DEVIATION)
        .sorted(ScoreName.BY_RANK)
        .forEach(score -> curve(score).ifPresent(curves::add));
    return curves;
  }

  private Optional<Curves.ScoreCurve> curve(ScoreName score) {
    NavigableMap<Long, ScoreTable.Row> all = journal.scores().rows();
    NavigableMap<Long, ScoreTable.Row> with = new TreeMap<>();
    if (from <= to) {
      all.subMap(from, true, to, true)
          .forEach(
              (step, row) -> {
                if (row.scores().containsKey(score.name())) {
                  with.put(step, row);
                }
              });
    }
    if (with.isEmpty()) {
      return Optional.empty();
    }
    List<Long> step = List.copyOf(with.keySet());
    List<Float> hours = new ArrayList<>();
    with.forEach((at, row) -> hours.add((float) (secondsAt(at, row) / SECONDS_PER_HOUR)));
    List<Double> deviation = column(with, score.deviation());
    return Optional.of(
        new Curves.ScoreCurve(
            score.name(),
            score.label(),
            score.direction(),
            score.unit(),
            step,
            images(step),
            hours,
            column(with, score.name()),
            deviation.stream().anyMatch(Double::isFinite)
                ? Optional.of(deviation)
                : Optional.empty(),
            // The best of the whole run, whichever part is looked at.
            Journal.span(score.name(), all).flatMap(ScoreSpan::best)));
  }

  /** When a step was trained, and not when its scores were there. */
  private double secondsAt(long step, ScoreTable.Row row) {
    return journal.steps().rows() == 0 ? row.seconds() : journal.secondsAt(step);
  }

  private static List<Double> column(NavigableMap<Long, ScoreTable.Row> rows, String name) {
    return rows.values().stream().map(row -> row.scores().getOrDefault(name, Double.NaN)).toList();
  }
}
