package io.troupe.actors.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointNetworks;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunLock;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.IoReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads all of a run's folder and says what in it is damaged: settings, every checkpoint and its
 * SHA-256, the journal, pictures, and what a crash left. Nothing is changed.
 */
public final class RunVerification {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int MOST_PROBLEMS = 20;

  private final RunDirectory run;
  private final boolean alive;
  private final List<Part> parts = new ArrayList<>();
  private final Map<String, String> journalled = new HashMap<>();
  private Optional<RunSettings> settings = Optional.empty();

  /**
   * A part of a run.
   *
   * @param checked how many of it were read
   * @param problems one sentence each
   */
  public record Part(String name, String unit, long checked, List<String> problems) {}

  private RunVerification(RunDirectory run) throws IOException {
    this.run = run;
    alive = RunLock.isHeld(run);
  }

  /** Reads all of a run, which may go on meanwhile. */
  public static List<Part> of(RunDirectory run) throws IOException {
    RunVerification verification = new RunVerification(run);
    verification.settings();
    verification.journal();
    verification.checkpoints();
    verification.pictures();
    verification.leftovers();
    return List.copyOf(verification.parts);
  }

  private void settings() {
    List<String> problems = new ArrayList<>();
    try {
      settings =
          Optional.of(SettingsLoader.loadRun(run.config(), List.of(), SettingsLoader.NOT_SERVED));
    } catch (SettingsException e) {
      problems.add(e.getMessage());
    }
    parts.add(new Part("settings", "file", 1, problems));
  }

  private void journal() throws IOException {
    List<String> problems = new ArrayList<>();
    long lines = 0;
    try (BufferedReader reader = Files.newBufferedReader(run.events())) {
      String line = reader.readLine();
      while (line != null) {
        lines++;
        String next = reader.readLine();
        boolean beingWritten = next == null && alive;
        Optional<String> problem = event(line);
        if (problem.isPresent() && !beingWritten) {
          problems.add("%s, line %d: %s".formatted(run.events(), lines, problem.get()));
        }
        line = next;
      }
    } catch (NoSuchFileException e) {
      problems.add("there is no " + run.events());
    } catch (MalformedInputException e) {
      problems.add("%s has bytes that are no UTF-8 after line %d".formatted(run.events(), lines));
    }
    parts.add(new Part("journal", "line", lines, shortened(problems)));
  }

  /** Why a line is no event; one of a checkpoint is kept. */
  private Optional<String> event(String line) {
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.of("it is no JSON: " + e.getOriginalMessage());
    }
    if (!event.path("event").isTextual() || !event.path("time").isTextual()) {
      return Optional.of("it is no event");
    }
    if (event.path("event").asText().equals(RunEvent.CHECKPOINT.label())) {
      // Whatever a damaged line says, which may be no path.
      String file = event.path("file").asText();
      journalled.put(
          file.substring(1 + Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))),
          event.path("sha256").asText());
    }
    return Optional.empty();
  }

  private void checkpoints() throws IOException {
    List<String> problems = new ArrayList<>();
    List<Path> files = files(run.checkpoints(), ".ckpt");
    int good = 0;
    for (Path file : files) {
      try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
        good++;
        String sha256 = checkpoint.sha256();
        String expected = journalled.getOrDefault(file.getFileName().toString(), sha256);
        if (!expected.equals(sha256)) {
          problems.add(
              "%s is whole, but not the one of the journal: its values' SHA-256 is %s there and %s"
                  .formatted(file, expected, sha256));
        }
        if (settings.isPresent()) {
          CheckpointNetworks.of(checkpoint, settings.get());
        }
      } catch (NoSuchFileException e) {
        // Removed meanwhile: the run has newer ones.
      } catch (CheckpointException e) {
        problems.add(e.getMessage());
      } catch (IOException e) {
        problems.add("%s cannot be read: %s".formatted(file, IoReason.of(e)));
      }
    }
    if (good == 0) {
      problems.add("there is no checkpoint from which the run could go on");
    }
    parts.add(new Part("checkpoints", "file", files.size(), shortened(problems)));
  }

  private void pictures() throws IOException {
    List<String> problems = new ArrayList<>();
    List<Path> files = files(run.root(), ".png");
    for (Path file : files) {
      try {
        PngChunks.problem(file)
            .ifPresent(problem -> problems.add("%s is damaged: %s".formatted(file, problem)));
      } catch (NoSuchFileException e) {
        // Removed meanwhile, as old pictures may be.
      } catch (IOException e) {
        problems.add("%s cannot be read: %s".formatted(file, IoReason.of(e)));
      }
    }
    parts.add(new Part("pictures", "file", files.size(), shortened(problems)));
  }

  /** What a process left that ended while it wrote. */
  private void leftovers() throws IOException {
    List<Path> files = alive ? List.of() : files(run.root(), ".tmp");
    List<String> problems =
        files.stream().map(file -> file + " was left unfinished; it may be deleted").toList();
    parts.add(new Part("unfinished", "file", files.size(), shortened(problems)));
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    return PresentFiles.below(folder).stream()
        .filter(file -> file.toString().endsWith(suffix))
        .sorted()
        .toList();
  }

  private static List<String> shortened(List<String> problems) {
    int more = problems.size() - MOST_PROBLEMS;
    return more <= 0
        ? problems
        : Stream.concat(
                problems.stream().limit(MOST_PROBLEMS), Stream.of("and %d more".formatted(more)))
            .toList();
  }
}
