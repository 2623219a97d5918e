package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.StoredCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The file of a command that writes one, by default into the working directory. */
final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file to write. Default: in the working directory, named after what it holds.")
  private Optional<Path> named = Optional.empty();

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  /** The file, if it is named. */
  Optional<Path> named() {
    return named;
  }

  /**
   * The file, which is not there or may be replaced.
   *
   * @param usual the file if none is named
   * @throws CliException if it must not be written
   */
  Path free(Path usual) throws CliException {
    Path file = named.orElse(usual);
    OutputFile.requireFree(file, force);
    return file;
  }

  /** As {@link #free(Path)}; the checkpoint itself is not replaced. */
  Path free(Path usual, StoredCheckpoint checkpoint) throws CliException, IOException {
    Path file = named.orElse(usual);
    OutputFile.requireFree(file, force, checkpoint);
    return file;
  }
}
