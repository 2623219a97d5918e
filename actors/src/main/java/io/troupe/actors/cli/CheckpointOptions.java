package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Options of the commands that read a checkpoint. */
final class CheckpointOptions extends CheckpointSource {
  @Parameters(paramLabel = "CHECKPOINT", description = PLACE + ".")
  private Path place;

  /** Opens the checkpoint; damaged ones that are newer are named on the screen for errors. */
  StoredCheckpoint open() throws CliException, CheckpointException {
    return open(resolved(place));
  }
}
