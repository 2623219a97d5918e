package io.troupe.actors.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a run's files as its daemon does, without one. */
public final class JournalFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunDirectory directory;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  /** A run in a folder, which is made. */
  public JournalFixture(Path folder) {
    directory = new RunDirectory(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is. */
  public RunDirectory directory() {
    return directory;
  }

  /** When the next event is. */
  public Instant now() {
    return now;
  }

  /** Lets time go by. */
  public JournalFixture after(double seconds) {
    now = now.plusMillis(Math.round(1000 * seconds));
    return this;
  }

  /** The demo preset's settings, changed. */
  public JournalFixture settings(String... overrides) {
    return write(
        directory.config(),
        SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of(overrides))));
  }

  /** An event with members given as name, value, ... */
  public JournalFixture event(String event, long step, Object... members) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", now.toString());
    line.put("event", event);
    line.put("step", step);
    for (int i = 0; i < members.length; i += 2) {
      line.put(members[i].toString(), members[i + 1]);
    }
    try {
      return raw(JSON.writeValueAsString(line) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** An event {@code step}. */
  public JournalFixture step(long step, double discriminatorLoss) {
    return event(
        "step",
        step,
        "discriminator_loss",
        discriminatorLoss,
        "generator_loss",
        -discriminatorLoss,
        "seconds",
        0.5,
        "images_per_second",
        128.0);
  }

  /** Scores of a step. */
  public JournalFixture scores(long step, Map<String, Double> scores) {
    return event("evaluation-finished", step, "of_step", step, "scores", scores);
  }

  /** Bytes at the journal's end. */
  public JournalFixture raw(String text) {
    try {
      Files.writeString(
          directory.events(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with a content; its folder is made. */
  public JournalFixture write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run as it is found. */
  public RunHistory history() {
    try {
      return RunCatalogue.of(directory).runs().get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
