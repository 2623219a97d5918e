package io.troupe.actors.checkpoint;

import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The checkpoints of a run: files {@code step-000012000.ckpt} in one folder. The newest good one is
 * found by reading, not by a link that could be wrong.
 */
public final class CheckpointStore {
  private static final String PREFIX = "step-";
  private static final String SUFFIX = ".ckpt";
  private static final String BEST = "best";
  private static final String SCORE = "score.txt";

  private final Path folder;
  private final String preset;
  private final long seed;

  /**
   * A file that was written.
   *
   * @param bytes its size
   * @param sha256 of all parameters, states and moments, in hexadecimal
   */
  public record Saved(Path file, long step, long bytes, String sha256) {}

  /**
   * What {@link #loadLatest} found.
   *
   * @param file the one that was read
   * @param rejected newer files that could not be used, each with its reason
   */
  public record Loaded(Optional<Path> file, List<String> rejected) {}

  /** A store in a folder, which is made if it is absent. */
  public CheckpointStore(Path folder, String preset, long seed) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.preset = preset;
    this.seed = seed;
  }

  /** Writes a state under the name of its step, then removes all but the newest files. */
  public Saved save(TrainingState state, int keep) throws IOException {
    return save(state, keep, OptionalLong.empty());
  }

  /**
   * Writes a state under the name of its step, then removes all but the newest files.
   *
   * @param held a step whose file is not removed
   */
  public Saved save(TrainingState state, int keep, OptionalLong held) throws IOException {
    long step = state.progress().step();
    Path file = folder.resolve(name(step));
    String sha256 = CheckpointFile.write(file, preset, seed, state);
    for (Path old : newestFirst(folder).stream().skip(keep).toList()) {
      if (held.isEmpty() || !old.getFileName().toString().equals(name(held.getAsLong()))) {
        Files.delete(old);
      }
    }
    return new Saved(file, step, Files.size(file), sha256);
  }

  private static String name(long step) {
    return "%s%09d%s".formatted(PREFIX, step, SUFFIX);
  }

  /**
   * Keeps the file of a step as {@code best/step-000012000.ckpt}, in place of the one there, with
   * its score beside it. It shares the space on disk with the file it is made from.
   *
   * @throws IOException if the step has no file
   */
  public Path keepBest(long step, double value) throws IOException {
    Path best = Files.createDirectories(folder.resolve(BEST));
    Path kept = best.resolve(name(step));
    Path link = best.resolve(name(step) + ".tmp");
    Files.deleteIfExists(link);
    Files.createLink(link, folder.resolve(name(step)));
    Files.move(link, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path score = best.resolve(SCORE);
    Path written = best.resolve(SCORE + ".tmp");
    Files.writeString(written, "%s %d%n".formatted(value, step));
    Files.move(written, score, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    for (Path old : newestFirst(best)) {
      if (!old.equals(kept)) {
        Files.delete(old);
      }
    }
    return kept;
  }

  /** The score of the file that is kept as the best one. */
  public OptionalDouble bestValue() throws IOException {
    try {
      String[] words = Files.readString(folder.resolve(BEST).resolve(SCORE)).split(" ", 2);
      return OptionalDouble.of(Double.parseDouble(words[0]));
    } catch (NoSuchFileException e) {
      return OptionalDouble.empty();
    } catch (NumberFormatException e) {
      throw new IOException(
          folder.resolve(BEST).resolve(SCORE) + " does not begin with a number", e);
    }
  }

  /**
   * Reads the newest good file into a state. Damaged files that are newer are set aside under
   * another name, so that they neither count as kept nor are tried again.
   *
   * @throws CheckpointException if there are files but none is good, or the newest sound one does
   *     not fit the state: a run must not start over unasked
   */
  public Loaded loadLatest(TrainingState state) throws IOException, CheckpointException {
    List<Path> damaged = new ArrayList<>();
    List<String> rejected = new ArrayList<>();
    CheckpointException last = null;
    for (Path file : newestFirst(folder)) {
      try {
        CheckpointFile.read(file, state);
        setAside(damaged);
        return new Loaded(Optional.of(file), rejected);
      } catch (CheckpointException e) {
        if (!e.isDamaged()) {
          throw e;
        }
        last = e;
        rejected.add(e.getMessage());
        damaged.add(file);
      }
    }
    if (last != null) {
      throw last;
    }
    return new Loaded(Optional.empty(), rejected);
  }

  private static void setAside(List<Path> damaged) throws IOException {
    for (Path file : damaged) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The checkpoint files of a folder, whether good or not. */
  static List<Path> newestFirst(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      entries.forEach(files::add);
    }
    // Steps have leading zeros, so that names sort as numbers do, up to a billion steps.
    files.sort(Comparator.comparing((Path file) -> file.getFileName().toString()).reversed());
    return files;
  }
}
