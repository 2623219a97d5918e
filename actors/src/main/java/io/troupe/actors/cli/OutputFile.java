package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.StoredCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that commands write. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses to lose a file.
   *
   * @param force whether a file that is there may be replaced; the checkpoint may not
   * @throws CliException if the file must not be written
   */
  static void requireFree(Path file, boolean force, StoredCheckpoint checkpoint)
      throws CliException, IOException {
    requireFree(file, force);
    if (Files.exists(file) && Files.isSameFile(file, checkpoint.file())) {
      throw new CliException("%s is the checkpoint itself; name another file".formatted(file));
    }
  }

  /**
   * Refuses to lose a file.
   *
   * @param force whether a file that is there may be replaced
   * @throws CliException if the file must not be written
   */
  static void requireFree(Path file, boolean force) throws CliException {
    if (Files.isDirectory(file)) {
      throw new CliException("%s is a folder; name a file".formatted(file));
    }
    if (Files.exists(file) && !force) {
      throw new CliException(
          "%s is there already; --force replaces it, --out FILE names another".formatted(file));
    }
  }
}
