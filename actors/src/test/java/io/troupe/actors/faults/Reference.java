package io.troupe.actors.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a run gives that nobody disturbs.
 *
 * @param checkpoints SHA-256 of the values, by step
 * @param losses what the journal says of each step but times
 * @param scores by step
 * @param grids the bytes of each file, by name
 * @param calls how often it can be hit where
 * @param seconds what it took
 */
record Reference(
    Map<Long, String> checkpoints,
    Map<Long, Map<String, JsonNode>> losses,
    Map<Long, JsonNode> scores,
    Map<String, byte[]> grids,
    Map<CallPoint, Long> calls,
    double seconds) {
  private static final List<String> LOSSES =
      List.of(
          "discriminator_loss",
          "generator_loss",
          "real_logit",
          "fake_logit",
          "augmentation_probability",
          "real_sign",
          "consistency_penalty",
          "lecam_penalty",
          "gradient_penalty",
          "path_penalty");

  /** Lets a scenario run undisturbed, and reads what it gives. */
  static Reference of(Scenario scenario, Daemons daemons, Path home)
      throws IOException, InterruptedException {
    Files.createDirectories(home);
    scenario.prepare(home);
    Path run = home.resolve("run");
    List<String> arguments =
        new ArrayList<>(List.of("train", "--quiet", "--run-dir", run.toString()));
    arguments.addAll(scenario.options(home));
    Path log = home.resolveSibling(home.getFileName() + ".calls");
    Path output = home.resolveSibling(home.getFileName() + ".out");
    Files.deleteIfExists(log);
    long start = System.nanoTime();
    Process process = daemons.start(home, arguments, List.of(), List.of(), output, log, true);
    if (!process.waitFor(30, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "the undisturbed run of " + scenario.name() + " failed: " + Files.readString(output));
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    Map<Long, String> checkpoints = new TreeMap<>();
    TinyRun.events(run, "checkpoint")
        .forEach(e -> checkpoints.put(e.get("of_step").asLong(), e.get("sha256").asText()));
    return new Reference(
        checkpoints,
        losses(TinyRun.events(run)),
        scores(TinyRun.events(run)),
        grids(new RunDirectory(run)),
        daemons.reachCalls() ? CallPoint.counted(log) : Map.of(),
        seconds);
  }

  /** Of each step the last that a journal says of it. */
  static Map<Long, Map<String, JsonNode>> losses(List<JsonNode> events) {
    Map<Long, Map<String, JsonNode>> losses = new TreeMap<>();
    for (JsonNode event : events) {
      if (event.path("event").asText().equals("step")) {
        Map<String, JsonNode> values = new TreeMap<>();
        LOSSES.stream().filter(event::has).forEach(name -> values.put(name, event.get(name)));
        losses.put(event.get("step").asLong(), values);
      }
    }
    return losses;
  }

  /** Of each evaluated step the last scores. */
  static Map<Long, JsonNode> scores(List<JsonNode> events) {
    Map<Long, JsonNode> scores = new TreeMap<>();
    for (JsonNode event : events) {
      if (event.path("event").asText().equals("evaluation-finished")) {
        scores.put(event.get("of_step").asLong(), event.get("scores"));
      }
    }
    return scores;
  }

  static Map<String, byte[]> grids(RunDirectory run) throws IOException {
    Map<String, byte[]> grids = new HashMap<>();
    if (Files.isDirectory(run.samples())) {
      try (var files = Files.list(run.samples())) {
        for (Path file : files.toList()) {
          grids.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
    return grids;
  }
}
