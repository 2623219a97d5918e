package io.troupe.actors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that is small enough for tests, and what its journal says. */
public final class TinyRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyRun() {}

  /** What makes the demo preset tiny, as arguments of {@code --set}. */
  public static final List<String> OVERRIDES =
      List.of(
          "dataset.images=64",
          "network.latent-size=8",
          "network.generator-channels=4",
          "network.discriminator-channels=4",
          "training.batch=4",
          "training.discriminator-steps=2",
          "training.steps=12",
          "ema.decay=0.9",
          "ema.start-step=3",
          "evaluation.every=0",
          "evaluation.images=40",
          "evaluation.batch=20",
          "sampling.every=1000",
          "sampling.per-class=1",
          "checkpoints.every=0",
          "prefetch.workers=1",
          "journal.every=1",
          "supervision.failed-minutes=0",
          "control.port=0");

  /** The demo preset, tiny, with changes. */
  public static RunSettings settings(String... overrides) {
    List<String> all = new ArrayList<>(OVERRIDES);
    all.addAll(List.of(overrides));
    return SettingsLoader.load("demo", List.of(), all);
  }

  public static List<JsonNode> events(Path runDirectory) {
    try {
      List<JsonNode> events = new ArrayList<>();
      for (String line : Files.readAllLines(new RunDirectory(runDirectory).events())) {
        events.add(JSON.readTree(line));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The events of one kind in a run's journal. */
  public static List<JsonNode> events(Path runDirectory, String name) {
    return events(runDirectory).stream().filter(e -> e.get("event").asText().equals(name)).toList();
  }

  /** SHA-256 of all vectors in the checkpoint of a step. */
  public static String sha256(Path runDirectory, long step) {
    return events(runDirectory, "checkpoint").stream()
        .filter(event -> event.get("of_step").asLong() == step)
        .reduce((first, last) -> last)
        .orElseThrow()
        .get("sha256")
        .asText();
  }
}
