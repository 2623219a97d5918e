package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** Options of the commands that read a checkpoint. */
final class CheckpointOptions extends CheckpointSource {
  @Parameters(paramLabel = "CHECKPOINT", description = PLACE + ".")
  private Path place;

  /**
   * The file, if it does not begin as a checkpoint and is not called as one: then it may be of
   * another program.
   */
  Optional<Path> otherProgramsFile() throws CliException {
    if (!Files.isRegularFile(place) || place.toString().endsWith(".ckpt")) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(place)) {
      return StoredCheckpoint.isBeginning(in) ? Optional.empty() : Optional.of(place);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(place, IoReason.of(e)));
    }
  }

  /** The run, where a whole one is meant. */
  RunDirectory run() throws CliException {
    RunDirectory run = new RunDirectory(resolved(place));
    if (!Files.isDirectory(run.root()) || !Files.exists(run.config())) {
      throw new CliException(
          "%s is no run directory: there is no %s".formatted(place, run.config().getFileName()));
    }
    return run;
  }

  /** Opens the checkpoint; damaged ones that are newer are named on the screen for errors. */
  StoredCheckpoint open() throws CliException, CheckpointException {
    return open(resolved(place));
  }
}
