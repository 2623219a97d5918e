package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.history.Curves;
import io.troupe.actors.history.HelperTrouble;
import io.troupe.actors.history.RunFiles;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.RunSummary.State;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a run is, as a table for people: one line for each fact that is known. */
final class StatusTable {
  /** Steps over which losses are averaged. */
  private static final int LAST_STEPS = 100;

  private final List<String> rows = new ArrayList<>();
  private final DateTimeFormatter times;
  private final Instant now;

  /**
   * An empty table.
   *
   * @param zone that times are shown in
   */
  StatusTable(ZoneId zone, Instant now) {
    times = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
    this.now = now;
  }

  /**
   * The lines of a run.
   *
   * @param status what its daemon says of itself
   */
  String render(RunHistory run, RunSummary summary, Optional<JsonNode> status) throws IOException {
    row(
        "run",
        run.directory().root()
            + (summary.name().equals(run.directory().root().getFileName() + "")
                ? ""
                : " (%s)".formatted(summary.name()))
            + summary.preset().map(", preset %s"::formatted).orElse(""));
    if (!summary.tags().isEmpty()) {
      row("tags", String.join(", ", summary.tags()));
    }
    summary.notes().lines().forEach(line -> row("notes", line));
    row("state", state(summary));
    if (summary.alive()) {
      row(
          "daemon",
          (summary.pid().isPresent() ? "process " + summary.pid().getAsLong() : "process unknown")
              + summary.daemonUrl().map(", %s"::formatted).orElse("")
              + status.map(says -> ", version " + says.path("version").asText()).orElse(""));
    }
    row("step", step(summary, status));
    status
        .map(says -> says.path("precision").asText())
        .filter(precision -> !precision.isEmpty())
        .ifPresent(precision -> row("precision", precision));
    status.filter(says -> says.has("batch")).ifPresent(says -> row("batch", batch(says)));
    speed(summary);
    time(summary);
    losses(run.curves(1, Math.max(0, summary.step() - LAST_STEPS + 1), Long.MAX_VALUE));
    run.curves(1, 0, Long.MAX_VALUE).scores().forEach(this::score);
    checkpoints(run);
    summary.grid().ifPresent(grid -> row("grid", "of step " + grid.step()));
    status
        .map(says -> says.path("device_memory"))
        .filter(JsonNode::isObject)
        .ifPresent(memory -> row("device", deviceMemory(memory)));
    status
        .map(says -> says.path("rollbacks").asLong())
        .filter(rollbacks -> rollbacks > 0)
        .ifPresent(rollbacks -> row("rollbacks", Long.toString(rollbacks)));
    summary.startedAt().ifPresent(at -> row("started", times.format(at)));
    summary
        .updatedAt()
        .ifPresent(
            at ->
                row("last event", "%s, %s ago".formatted(times.format(at), RunTable.age(at, now))));
    summary.troubles().forEach(this::trouble);
    summary.collapses().forEach(words -> row("collapse", words));
    return String.join("\n", rows);
  }

  private static String state(RunSummary summary) {
    String evaluating =
        summary.evaluationShare().isPresent()
            ? ", evaluating (%.0f %%)".formatted(100 * summary.evaluationShare().getAsDouble())
            : "";
    // Of the others it says no more than the state.
    String text = summary.state() == State.RUNNING ? "" : ": " + summary.stateText();
    return summary.state() + evaluating + text;
  }

  private static String step(RunSummary summary, Optional<JsonNode> status) {
    String of =
        summary.steps() > 0
            ? String.format(
                Locale.ROOT,
                " of %d (%.1f %%)",
                summary.steps(),
                100.0 * summary.step() / summary.steps())
            : "";
    return summary.step()
        + of
        + status.map(says -> ", epoch " + says.path("epoch").asLong()).orElse("");
  }

  private static String batch(JsonNode status) {
    long batch = status.path("batch").asLong();
    long atOnce = status.path("micro_batch").asLong();
    return batch == atOnce
        ? Long.toString(batch)
        : "%d, in micro-batches of %d".formatted(batch, atOnce);
  }

  private static String deviceMemory(JsonNode memory) {
    return "%s: %s%d MiB planned, %d MiB kept, %d MiB crossed"
        .formatted(
            memory.path("device").asText(),
            memory.path("free_bytes").isNumber()
                ? "%d MiB free, ".formatted(memory.path("free_bytes").asLong() >> 20)
                : "",
            memory.path("planned_bytes").asLong() >> 20,
            memory.path("kept_bytes").asLong() >> 20,
            memory.path("crossed_bytes").asLong() >> 20);
  }

  private void speed(RunSummary summary) {
    List<String> parts = new ArrayList<>();
    summary.imagesPerSecond().ifPresent(value -> parts.add(Figures.number(value) + " images/s"));
    summary.secondsPerStep().ifPresent(value -> parts.add(Figures.number(value) + " s a step"));
    if (!parts.isEmpty()) {
      row("speed", String.join(", ", parts));
    }
  }

  private void time(RunSummary summary) {
    List<String> parts = new ArrayList<>();
    if (summary.elapsedSeconds() > 0) {
      parts.add(Figures.span(summary.elapsedSeconds()) + " in training");
    }
    summary.remainingSeconds().ifPresent(left -> parts.add(Figures.span(left) + " left"));
    summary.finishesAt().ifPresent(at -> parts.add("done at " + times.format(at)));
    if (!parts.isEmpty()) {
      row("time", String.join(", ", parts));
    }
  }

  private void losses(Curves last) {
    List<String> parts = new ArrayList<>();
    for (Curves.Series series : last.series()) {
      if (series.group().equals("loss")) {
        parts.add(
            "%s %s"
                .formatted(
                    series.label().toLowerCase(Locale.ROOT), Figures.number(series.mean().get(0))));
      }
    }
    if (!parts.isEmpty()) {
      row(
          "losses",
          "%s (mean of the last %d steps)".formatted(String.join(", ", parts), LAST_STEPS));
    }
  }

  private void score(Curves.ScoreCurve score) {
    int newest = score.step().size() - 1;
    row(
        "score",
        "%s %s of step %d%s%s"
            .formatted(
                score.name(),
                Figures.number(score.value().get(newest)),
                score.step().get(newest),
                score
                    .best()
                    .map(
                        at ->
                            ", best %s of step %d".formatted(Figures.number(at.value()), at.step()))
                    .orElse(""),
                score.direction().map("; %s is better"::formatted).orElse("")));
  }

  private void checkpoints(RunHistory run) throws IOException {
    List<RunFiles.Listed> files = RunFiles.list(run.directory().checkpoints(), ".ckpt");
    if (!files.isEmpty()) {
      row(
          "checkpoints",
          "%d, %s, the newest of step %d"
              .formatted(
                  files.size(),
                  Figures.bytes(files.stream().mapToLong(RunFiles.Listed::bytes).sum()),
                  files.stream().mapToLong(RunFiles.Listed::step).max().orElse(0)));
    }
  }

  private void trouble(HelperTrouble trouble) {
    row(
        "degraded",
        "%s fails%s, %s: %s"
            .formatted(
                trouble.helper(),
                trouble.since().map(at -> " since " + times.format(at)).orElse(""),
                trouble.failures() == 1 ? "once" : trouble.failures() + " times",
                trouble.cause()));
  }

  private void row(String name, String value) {
    rows.add("%-12s%s".formatted(name, Figures.plain(value)));
  }
}
