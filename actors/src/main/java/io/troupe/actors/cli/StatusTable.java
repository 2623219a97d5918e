package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Collectors;

/** A status as a table for people. */
final class StatusTable {
  private StatusTable() {}

  /** A status as the control server gives it; one line for each fact that is known. */
  static String render(JsonNode status) {
    StringBuilder table = new StringBuilder();
    row(
        table,
        "run",
        "%s, preset %s, process %d, version %s"
            .formatted(
                text(status, "run_directory"),
                text(status, "preset"),
                status.path("pid").asLong(),
                text(status, "version")));
    row(
        table,
        "state",
        text(status, "state")
            + (status.path("evaluation_share").isNumber()
                ? ", evaluating (%.0f %%)"
                    .formatted(100 * status.path("evaluation_share").asDouble())
                : ""));
    long step = status.path("step").asLong();
    long steps = status.path("steps").asLong();
    row(
        table,
        "step",
        "%d of %d (%.1f %%), epoch %d"
            .formatted(step, steps, 100.0 * step / steps, status.path("epoch").asLong()));
    if (status.path("images_per_second").isNumber()) {
      row(table, "speed", number(status.path("images_per_second"), 1) + " images/s");
    }
    if (status.path("discriminator_loss").isNumber()) {
      row(
          table,
          "losses",
          "discriminator %s, generator %s"
              .formatted(
                  number(status.path("discriminator_loss"), 4),
                  number(status.path("generator_loss"), 4)));
    }
    if (status.path("score_step").isNumber()) {
      row(table, "scores", scores(status) + ", of step " + status.path("score_step").asLong());
    }
    if (status.path("checkpoint_step").isNumber()) {
      row(table, "checkpoint", "of step " + status.path("checkpoint_step").asLong());
    }
    if (status.path("grid_step").isNumber()) {
      row(table, "grid", "of step " + status.path("grid_step").asLong());
    }
    if (status.path("rollbacks").asInt() > 0) {
      row(table, "rollbacks", text(status, "rollbacks"));
    }
    row(table, "started", text(status, "started_at"));
    for (JsonNode trouble : status.path("troubles")) {
      row(
          table,
          "degraded",
          "%s fails since %s, %d times: %s"
              .formatted(
                  text(trouble, "helper"),
                  text(trouble, "since"),
                  trouble.path("failures").asLong(),
                  text(trouble, "cause")));
    }
    if (status.path("failure").isTextual()) {
      row(table, "failure", text(status, "failure"));
    }
    return table.toString().stripTrailing();
  }

  private static String scores(JsonNode status) {
    return status.path("scores").properties().stream()
        .map(score -> score.getKey() + " " + number(score.getValue(), 3))
        .collect(Collectors.joining(", "));
  }

  private static void row(StringBuilder table, String name, String value) {
    table.append("%-12s%s%n".formatted(name, value));
  }

  private static String text(JsonNode status, String member) {
    return status.path(member).asText();
  }

  private static String number(JsonNode value, int digits) {
    return value.isNumber()
        ? String.format(Locale.ROOT, "%." + digits + "f", value.asDouble())
        : "-";
  }
}
