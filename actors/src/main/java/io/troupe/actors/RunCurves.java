package io.troupe.actors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.sampling.SampleOutput;
import io.troupe.metrics.plots.CurvePlot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Losses and scores by step, as a run's journal has them; of a step that was repeated the last. */
final class RunCurves {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> LOSSES = List.of("discriminator_loss", "generator_loss");

  private final NavigableMap<Long, Map<String, Double>> losses = new TreeMap<>();
  private final NavigableMap<Long, Map<String, Double>> scores = new TreeMap<>();

  private RunCurves() {}

  /** Reads a journal. */
  static RunCurves read(Path events) throws IOException {
    RunCurves curves = new RunCurves();
    try (BufferedReader lines = Files.newBufferedReader(events, StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        String next = lines.readLine();
        try {
          curves.add(JSON.readTree(line));
        } catch (JsonProcessingException e) {
          // A crash may have cut the last line short; the journal will remove it.
          if (next != null) {
            throw e;
          }
        }
        line = next;
      }
    }
    return curves;
  }

  private void add(JsonNode event) {
    switch (event.path("event").asText()) {
      case "step" -> losses.put(event.path("step").asLong(), numbers(event, LOSSES));
      case "evaluation-finished" -> {
        JsonNode found = event.path("scores");
        List<String> names = new ArrayList<>();
        found.fieldNames().forEachRemaining(names::add);
        scores.put(event.path("of_step").asLong(), numbers(found, names));
      }
      default -> {
        // Not a curve's.
      }
    }
  }

  private static Map<String, Double> numbers(JsonNode object, List<String> names) {
    Map<String, Double> numbers = new TreeMap<>();
    for (String name : names) {
      if (object.path(name).isNumber()) {
        numbers.put(name, object.path(name).asDouble());
      }
    }
    return numbers;
  }

  /** The newest scores of a step or an earlier one. */
  Optional<Map.Entry<Long, Map<String, Double>>> scoresUpTo(long step) {
    return Optional.ofNullable(scores.floorEntry(step));
  }

  /** Writes metrics.csv, a row for each evaluated step, and a plot of the losses and each score. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Set<String> names = new TreeSet<>();
    scores.values().forEach(row -> names.addAll(row.keySet()));
    if (!scores.isEmpty()) {
      RunDirectory.replace(folder.resolve("metrics.csv"), table(names));
    }
    if (!losses.isEmpty()) {
      plot(folder, "loss", LOSSES, losses);
    }
    for (String name : names) {
      if (!name.endsWith("_std")) {
        plot(folder, name, List.of(name), scores);
      }
    }
  }

  private String table(Set<String> names) {
    StringBuilder table = new StringBuilder("step," + String.join(",", names) + "\n");
    scores.forEach(
        (step, row) ->
            table.append(
                names.stream()
                    .map(name -> row.containsKey(name) ? row.get(name).toString() : "")
                    .collect(Collectors.joining(",", step + ",", "\n"))));
    return table.toString();
  }

  private static void plot(
      Path folder, String title, List<String> names, NavigableMap<Long, Map<String, Double>> rows)
      throws IOException {
    List<CurvePlot.Curve> curves = new ArrayList<>();
    for (String name : names) {
      List<Double> values =
          rows.values().stream().map(row -> row.getOrDefault(name, Double.NaN)).toList();
      curves.add(new CurvePlot.Curve(name, List.copyOf(rows.keySet()), values));
    }
    SampleOutput.file(folder.resolve(title + ".png"), file -> CurvePlot.write(file, title, curves));
  }
}
