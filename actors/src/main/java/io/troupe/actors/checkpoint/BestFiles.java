package io.troupe.actors.checkpoint;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The best checkpoint of a run, with its score: the folder best/ below its checkpoints. */
public final class BestFiles {
  private static final String SCORE = "score.txt";

  /** A value and a step. */
  private static final Pattern SCORED = Pattern.compile("\\S+ (\\d{1,18})\\s*");

  private final Path all;
  private final Path folder;

  /**
   * The folder, which need not be there. What a crash left of unfinished files is removed.
   *
   * @param all the folder of all checkpoints
   */
  BestFiles(Path all) throws IOException {
    this.all = all;
    folder = all.resolve("best");
    if (Files.isDirectory(folder)) {
      CheckpointFolder.removeLeftovers(folder);
      OptionalLong scored = step();
      // A kill leaves the file that was to be the best, or the one before it; a full disk leaves
      // files without any score, of which nobody can tell which is the best.
      if (scored.isEmpty()) {
        CheckpointFolder.remove(files());
      } else if (Files.exists(folder.resolve(CheckpointFolder.name(scored.getAsLong())))) {
        prune(scored.getAsLong());
      }
    }
  }

  /** The files that are there: one, or a kill came between. */
  List<Path> files() throws IOException {
    return Files.isDirectory(folder) ? CheckpointFolder.newestFirst(folder) : List.of();
  }

  /** The step that the score of the best file is of; empty if no score says one. */
  private OptionalLong step() throws IOException {
    Path score = folder.resolve(SCORE);
    if (!Files.isRegularFile(score)) {
      return OptionalLong.empty();
    }
    Matcher said = SCORED.matcher(Files.readString(score, StandardCharsets.ISO_8859_1));
    return said.matches() ? OptionalLong.of(Long.parseLong(said.group(1))) : OptionalLong.empty();
  }

  /**
   * Keeps the file of a step as {@code best/step-000012000.ckpt}, with its score beside it. It
   * shares the space on disk with the file it is made from. Older ones stay until {@link #prune}.
   *
   * @throws IOException if the step has no file
   */
  public Path keep(long step, double value) throws IOException {
    Files.createDirectories(folder);
    Path kept = folder.resolve(CheckpointFolder.name(step));
    Path link = folder.resolve(CheckpointFolder.name(step) + CheckpointFolder.TEMPORARY);
    Path score = folder.resolve(SCORE);
    Path written = folder.resolve(SCORE + CheckpointFolder.TEMPORARY);
    boolean before = Files.exists(kept);
    try {
      Files.writeString(written, value + " " + step + "\n");
      Files.deleteIfExists(link);
      Files.createLink(link, all.resolve(CheckpointFolder.name(step)));
      AtomicFile.move(link, kept);
      try {
        AtomicFile.move(written, score);
      } catch (IOException e) {
        // Without its score the file would count for nothing, and hide the one that has it.
        if (!before) {
          Files.deleteIfExists(kept);
        }
        throw e;
      }
    } finally {
      Files.deleteIfExists(link);
      Files.deleteIfExists(written);
    }
    return kept;
  }

  /** Removes the files but that of a step; as {@link CheckpointStore#prune}. */
  public void prune(long kept) throws IOException {
    List<Path> files = CheckpointFolder.newestFirst(folder);
    CheckpointFolder.remove(
        files.stream().filter(file -> CheckpointFolder.step(file) != kept).toList());
  }

  /** The score of the file that is kept as the best one. */
  public OptionalDouble value() throws IOException {
    try {
      String[] words = Files.readString(folder.resolve(SCORE)).split(" ", 2);
      return OptionalDouble.of(Double.parseDouble(words[0]));
    } catch (NoSuchFileException e) {
      return OptionalDouble.empty();
    } catch (NumberFormatException e) {
      throw new IOException(folder.resolve(SCORE) + " does not begin with a number", e);
    }
  }
}
