package io.troupe.actors.fleet;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Which placement of a run may hold it: a file with its epoch. A later placement writes a higher
 * one; whoever has a lower one ends at once.
 */
final class Claim {
  private Claim() {}

  /** The epoch that holds; 0 if nobody ever claimed the run. */
  static long epoch(Path file) throws IOException {
    try {
      return Long.parseLong(RunDirectory.text(file));
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      throw new IOException(file + " does not hold the number of an epoch", e);
    }
  }

  /** Claims a run, unless a later placement has; whether this one may hold it. */
  static boolean take(Path file, long epoch) throws IOException {
    long found = epoch(file);
    if (found < epoch) {
      Files.createDirectories(file.getParent());
      AtomicFile.replace(file, epoch + "\n");
    }
    return found <= epoch;
  }
}
