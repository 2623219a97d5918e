package io.troupe.actors.run;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a daemon that was killed left of files that it was writing. */
public final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Removes them from a run's folder, but for checkpoints, which {@link
   * io.troupe.actors.checkpoint.CheckpointStore} looks after, and files that others write too. One
   * that cannot be removed stays, with a warning.
   *
   * @param run which this process has locked
   */
  public static void remove(RunDirectory run) {
    for (Path file : List.of(run.config(), run.dataset(), run.url(), run.id(), run.table())) {
      Path left = file.resolveSibling(file.getFileName() + ".tmp");
      attempt(left, () -> Files.deleteIfExists(left));
    }
    for (Path folder : List.of(run.metrics(), run.samples(), run.pictures())) {
      attempt(folder, () -> AtomicFile.removeLeftovers(folder));
    }
    Path grids = run.classGrids();
    attempt(
        grids,
        () -> {
          if (Files.isDirectory(grids)) {
            try (DirectoryStream<Path> steps = Files.newDirectoryStream(grids)) {
              for (Path step : steps) {
                AtomicFile.removeLeftovers(step);
              }
            } catch (DirectoryIteratorException e) {
              throw e.getCause();
            }
          }
        });
  }

  private interface Removal {
    void run() throws IOException;
  }

  private static void attempt(Path place, Removal removal) {
    try {
      removal.run();
    } catch (IOException e) {
      LOG.warn("what an earlier daemon left unfinished in {} cannot be removed", place, e);
    }
  }
}
