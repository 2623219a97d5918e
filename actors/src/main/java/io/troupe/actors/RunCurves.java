package io.troupe.actors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.sampling.SampleOutput;
import io.troupe.metrics.plots.CurvePlot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final List<String> LOSSES = List.of("discriminator_loss", "generator_loss");

  private final NavigableMap<Long, Map<String, Double>> losses = new TreeMap<>();
  private final NavigableMap<Long, Map<String, Double>> scores = new TreeMap<>();
  private long unreadable;

  private RunCurves() {}

  /** Reads a journal. Lines that cannot be read are left out, and counted. */
  static RunCurves read(Path events) throws IOException {
    RunCurves curves = new RunCurves();
    // A reader made of a stream replaces bytes that are not UTF-8 instead of throwing.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(events), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        String next = lines.readLine();
        // A crash may have cut the last line short; the journal will remove it.
        if (!curves.read(line) && next != null) {
          curves.unreadable++;
        }
        line = next;
      }
    }
    return curves;
  }

  private boolean read(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      if (!event.path("event").isTextual()) {
        return false;
      }
      add(event);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** How many lines, but for the last one, could not be read. */
  long unreadable() {
    return unreadable;
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

  /**
   * Writes metrics.csv, a row for each evaluated step, and a plot of the losses and each score.
   *
   * @throws IOException if some cannot be written; the others are
   */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Set<String> names = new TreeSet<>();
    scores.values().forEach(row -> names.addAll(row.keySet()));
    SeparateFiles files = new SeparateFiles();
    if (!scores.isEmpty()) {
      files.write(() -> RunDirectory.replace(folder.resolve("metrics.csv"), table(names)));
    }
    if (!losses.isEmpty()) {
      files.write(() -> plot(folder, "loss", LOSSES, losses));
    }
    for (String name : names) {
      if (!name.endsWith("_std")) {
        files.write(() -> plot(folder, name, List.of(name), scores));
      }
    }
    files.requireAll(folder);
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
