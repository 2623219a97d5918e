package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.Assignment;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The checkpoint that {@code --init-from} means.
 *
 * @param checkpoint its file
 * @param sha256 of its values, in hexadecimal
 * @param preset that its run started from
 */
record InitialCheckpoint(Path checkpoint, String sha256, String preset) {
  /**
   * Finds it.
   *
   * @param given a file, or a run's folder or name
   */
  static InitialCheckpoint find(Path given, CommandSpec spec) throws CliException, IOException {
    try (StoredCheckpoint checkpoint =
        CheckpointSource.open(CheckpointSource.resolved(given), spec.commandLine().getErr())) {
      return new InitialCheckpoint(
          checkpoint.file().toAbsolutePath().normalize(), checkpoint.sha256(), checkpoint.preset());
    } catch (CheckpointException e) {
      throw new CliException("--init-from: " + e.getMessage());
    }
  }

  /**
   * The settings of its run with changes, which a new run has; where that one listens is its own.
   *
   * @throws io.troupe.config.SettingsException if they cannot be used
   */
  RunSettings settings(SettingsOptions options, List<Assignment> changes) {
    Optional<RunDirectory> run = RunDirectory.ofCheckpoint(checkpoint);
    if (run.isEmpty()) {
      return options.ofNewRun(preset, changes);
    }
    List<Assignment> all = new ArrayList<>();
    all.add(Assignment.option("--port", "control.port", RunSettings.Control.ANY_PORT));
    all.addAll(changes);
    return options.ofRun(run.get().config(), all);
  }
}
