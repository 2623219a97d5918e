package io.troupe.actors.cli;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A run's folder as a daemon leaves it, written by a test. */
final class RunFixture {
  /** When the run began. */
  static final Instant START = Instant.parse("2026-01-02T03:00:00Z");

  final RunDirectory directory;
  private Instant time = START;

  private RunFixture(RunDirectory directory) {
    this.directory = directory;
  }

  /** A run of the preset demo whose settings are changed. */
  static RunFixture of(Path root, String... changes) throws IOException {
    RunFixture run = new RunFixture(new RunDirectory(Files.createDirectories(root)));
    Files.writeString(
        run.directory.config(),
        SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of(changes))));
    return run;
  }

  /** Time passes. */
  RunFixture after(Duration duration) {
    time = time.plus(duration);
    return this;
  }

  /** An event; details begin with a comma. */
  RunFixture event(String event, long step, String details) throws IOException {
    Files.writeString(
        directory.events(),
        "{\"time\":\"%s\",\"event\":\"%s\",\"step\":%s%s}\n"
            .formatted(time, event, Long.toString(step), details),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return this;
  }

  RunFixture started() throws IOException {
    return event("started", 0, ",\"preset\":\"demo\",\"seed\":1");
  }

  /**
   * A step each second: the discriminator's loss falls from 2 to 1, the generator's is its half.
   */
  RunFixture steps(long from, long to) throws IOException {
    for (long step = from; step <= to; step++) {
      after(Duration.ofSeconds(1));
      event(
          "step",
          step,
          String.format(
              Locale.ROOT,
              ",\"discriminator_loss\":%.4f,\"generator_loss\":%.4f,\"real_logit\":0.5,"
                  + "\"fake_logit\":-0.5,\"seconds\":1.0,\"images_per_second\":32.0",
              1 + 1.0 / step,
              0.5 + 0.5 / step));
    }
    return this;
  }

  RunFixture scored(long step, String scores) throws IOException {
    return event(
        "evaluation-finished",
        step,
        ",\"of_step\":%s,\"scores\":{%s},\"protocol\":\"p\",\"seconds\":2.5"
            .formatted(Long.toString(step), scores));
  }

  RunFixture stopped(long step) throws IOException {
    return event("stopping", step, "").event("stopped", step, "");
  }

  RunFixture failed(long step, String reason) throws IOException {
    return event("failed", step, ",\"reason\":\"%s\"".formatted(reason));
  }

  RunFixture log(String text) throws IOException {
    Files.writeString(directory.log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return this;
  }
}
