package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.sampling.GridLayout;
import io.troupe.actors.sampling.PictureWriter;
import io.troupe.actors.sampling.SampleOutput;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where pictures of a checkpoint go: a folder of PNGs, one PNG of all, or an npz file.
 *
 * @param grid whether all are on one PNG
 */
record SampleTarget(Path place, Format format, boolean grid) {
  /** What pictures are written as. */
  enum Format {
    png,
    npz
  }

  /**
   * The place that is named, or one that is named after the checkpoint.
   *
   * @param run the checkpoint's, whose pictures/ has its grids
   */
  static SampleTarget of(
      Optional<Path> named,
      Format format,
      boolean grid,
      StoredCheckpoint checkpoint,
      Optional<RunDirectory> run) {
    String name = checkpoint.file().getFileName().toString().replaceFirst("\\.ckpt$", "");
    String file = name + "-samples" + (isFolder(format, grid) ? "" : "." + format);
    Path own = grid && run.isPresent() ? run.get().pictures().resolve(file) : Path.of(file);
    return new SampleTarget(named.orElse(own), format, grid);
  }

  private static boolean isFolder(Format format, boolean grid) {
    return format == Format.png && !grid;
  }

  /** Refuses a place that holds something else, or pictures that are not to be replaced. */
  void requireFree(boolean force, StoredCheckpoint checkpoint) throws CliException, IOException {
    if (!isFolder(format, grid)) {
      OutputFile.requireFree(place, force, checkpoint);
      return;
    }
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new CliException(
          "%s is a file; name a folder, or add --grid for a single PNG".formatted(place));
    }
    Optional<Path> foreign = SampleOutput.foreignFile(place);
    if (foreign.isPresent()) {
      throw new CliException(
          "%s holds %s, which is no numbered picture; name another folder"
              .formatted(place, foreign.get().getFileName()));
    }
    if (!force && !SampleOutput.isFree(place)) {
      throw new CliException(
          "%s holds pictures already; --force replaces them, --out DIR names another folder"
              .formatted(place));
    }
  }

  /** Makes the pictures and writes them. */
  void write(PictureWriter pictures, GridLayout layout) throws CliException {
    try {
      if (isFolder(format, grid)) {
        SampleOutput.folder(place, pictures::singles);
      } else if (grid) {
        AtomicFile.write(place, file -> pictures.grid(file, layout));
      } else {
        AtomicFile.write(place, pictures::npz);
      }
    } catch (IOException e) {
      throw new CliException("cannot write %s: %s".formatted(place, IoReason.of(e)));
    }
  }
}
