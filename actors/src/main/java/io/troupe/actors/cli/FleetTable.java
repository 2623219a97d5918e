package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A fleet as tables: nodes, runs, sweeps. */
final class FleetTable {
  private FleetTable() {}

  /** The lines of what a node says of its fleet. */
  static List<String> lines(JsonNode fleet, int width) {
    TextColumns nodes = new TextColumns(Set.of(1), List.of("node", "slots", "roles", "page"));
    for (JsonNode node : fleet.path("nodes")) {
      List<String> roles = new ArrayList<>();
      node.path("roles").forEach(role -> roles.add(role.asText()));
      String slots =
          roles.contains("trainer")
              ? "%d/%d".formatted(node.path("used").asInt(), node.path("slots").asInt())
              : "-";
      nodes.add(
          List.of(
              node.path("name").asText(),
              slots,
              String.join(",", roles),
              node.path("reachable").asBoolean()
                  ? node.path("url").asText()
                  : "cannot be reached"));
    }
    List<String> lines = new ArrayList<>(nodes.lines(width));
    if (!fleet.path("runs").isEmpty()) {
      lines.add("");
      lines.addAll(runs(fleet.path("runs")).lines(width));
    }
    for (JsonNode sweep : fleet.path("sweeps")) {
      String name = sweep.path("name").asText();
      lines.add("");
      lines.add(
          "sweep %s: %d of %d runs over%s"
              .formatted(
                  name,
                  sweep.path("over").asInt(),
                  sweep.path("runs").asInt(),
                  sweep.path("tabled").asBoolean()
                      ? "; 'troupe fleet table %s' compares them".formatted(name)
                      : ""));
    }
    return lines;
  }

  private static TextColumns runs(JsonNode runs) {
    TextColumns table =
        new TextColumns(
            Set.of(2, 3), List.of("run", "state", "step", "priority", "node", "score", "note"));
    for (JsonNode run : runs) {
      List<String> scores = new ArrayList<>();
      run.path("scores")
          .properties()
          .forEach(
              score ->
                  scores.add(
                      "%s %s"
                          .formatted(score.getKey(), Figures.number(score.getValue().asDouble()))));
      long steps = run.path("steps").asLong();
      table.add(
          List.of(
              run.path("name").asText(),
              run.path("state").asText().toLowerCase(Locale.ROOT),
              steps > 0 ? run.path("step").asLong() + "/" + steps : "-",
              run.path("priority").asText(),
              run.path("node").asText("-"),
              String.join(" ", scores),
              run.path("message").asText()));
    }
    return table;
  }
}
