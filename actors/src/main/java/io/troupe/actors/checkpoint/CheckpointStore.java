package io.troupe.actors.checkpoint;

import io.troupe.actors.checkpoint.CheckpointException.Kind;
import io.troupe.config.SettingsHistory;
import io.troupe.config.files.AtomicFile;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of a run: files {@code step-000012000.ckpt} in one folder. The newest good one is
 * found by reading, not by a link that could be wrong.
 */
public final class CheckpointStore {
  private static final String SUFFIX = ".ckpt";
  private static final String TEMPORARY = ".tmp";

  /** Digits of any script: once files were named by the rules of the machine's locale. */
  private static final Pattern NAME = Pattern.compile("step-(\\p{Nd}{1,18})\\.ckpt");

  private static final Pattern LEFTOVER =
      Pattern.compile("(step-\\p{Nd}{1,18}\\.ckpt|score\\.txt)\\.tmp");

  /** A value and a step. */
  private static final Pattern SCORED = Pattern.compile("\\S+ (\\d{1,18})\\s*");

  private static final String BEST = "best";
  private static final String DIVERGED = ".diverged";
  private static final String COLLAPSED = ".collapsed";
  private static final String SCORE = "score.txt";

  private final Path folder;
  private final String preset;
  private final long seed;

  private List<SettingsHistory.Change> changes = List.of();

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

  /**
   * A store in a folder, which is made if it is absent. What a crash left of unfinished files is
   * removed, so there must be no other store that writes there.
   */
  public CheckpointStore(Path folder, String preset, long seed) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.preset = preset;
    this.seed = seed;
    removeLeftovers(folder);
    Path best = folder.resolve(BEST);
    if (Files.isDirectory(best)) {
      removeLeftovers(best);
      OptionalLong scored = bestStep();
      // A kill leaves the file that was to be the best, or the one before it.
      if (scored.isPresent() && Files.exists(best.resolve(name(scored.getAsLong())))) {
        pruneBest(scored.getAsLong());
      }
    }
  }

  /** The step that the score of the best file is of; empty if no score says one. */
  private OptionalLong bestStep() throws IOException {
    Path score = folder.resolve(BEST).resolve(SCORE);
    if (!Files.isRegularFile(score)) {
      return OptionalLong.empty();
    }
    Matcher said = SCORED.matcher(Files.readString(score, StandardCharsets.ISO_8859_1));
    return said.matches() ? OptionalLong.of(Long.parseLong(said.group(1))) : OptionalLong.empty();
  }

  private static void removeLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + TEMPORARY)) {
      for (Path entry : entries) {
        if (LEFTOVER.matcher(entry.getFileName().toString()).matches()) {
          Files.delete(entry);
        }
      }
    }
  }

  /** Where the files are. */
  Path folder() {
    return folder;
  }

  /** Whether there is a file of a step, good or not. */
  public boolean has(long step) {
    return Files.isRegularFile(folder.resolve(name(step)));
  }

  /** What files from now on say of the run's changes of settings. */
  public void setChanges(List<SettingsHistory.Change> recorded) {
    changes = List.copyOf(recorded);
  }

  /**
   * Writes a state under the name of its step.
   *
   * @throws CheckpointException if an element is not finite; then there is no file of it
   */
  public Saved save(TrainingState state) throws IOException, CheckpointException {
    long step = state.progress().step();
    Path file = Files.createDirectories(folder).resolve(name(step));
    String sha256 = CheckpointFile.write(file, preset, seed, changes, state);
    return new Saved(file, step, Files.size(file), sha256);
  }

  /**
   * Removes all but the files of the highest steps.
   *
   * @param held a step whose file is not removed
   * @param written another one
   * @throws IOException if some could not be removed; all others are removed
   */
  public void prune(int keep, OptionalLong held, long written) throws IOException {
    List<Path> old =
        newestFirst(folder).stream()
            // What is no file was not written here.
            .filter(Files::isRegularFile)
            .skip(keep)
            .filter(file -> step(file) != written)
            .filter(file -> held.isEmpty() || step(file) != held.getAsLong())
            .toList();
    remove(old);
  }

  /** Removes the files under best/ but that of a step, as {@link #prune} does. */
  public void pruneBest(long kept) throws IOException {
    Path best = folder.resolve(BEST);
    remove(newestFirst(best).stream().filter(file -> step(file) != kept).toList());
  }

  private static void remove(List<Path> files) throws IOException {
    IOException failure = null;
    for (Path file : files) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static String name(long step) {
    return String.format(Locale.ROOT, "step-%09d%s", step, SUFFIX);
  }

  /**
   * Keeps the file of a step as {@code best/step-000012000.ckpt}, with its score beside it. It
   * shares the space on disk with the file it is made from. Older ones stay until {@link
   * #pruneBest}.
   *
   * @throws IOException if the step has no file
   */
  public Path keepBest(long step, double value) throws IOException {
    Path best = Files.createDirectories(folder.resolve(BEST));
    Path kept = best.resolve(name(step));
    Path link = best.resolve(name(step) + TEMPORARY);
    Path score = best.resolve(SCORE);
    Path written = best.resolve(SCORE + TEMPORARY);
    boolean before = Files.exists(kept);
    try {
      Files.writeString(written, value + " " + step + "\n");
      Files.deleteIfExists(link);
      Files.createLink(link, folder.resolve(name(step)));
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
   * Reads the newest good file into a state. Newer ones that are damaged or not finite are set
   * aside under other names, so that they neither count as kept nor are tried again; what cannot be
   * read at all stays where it is.
   *
   * @throws CheckpointException if there are files but none is good, or the newest sound one does
   *     not fit the state: a run must not start over unasked
   */
  public Loaded loadLatest(TrainingState state) throws IOException, CheckpointException {
    return load(state, newestFirst(folder));
  }

  private Loaded load(TrainingState state, List<Path> files)
      throws IOException, CheckpointException {
    List<String> rejected = new ArrayList<>();
    List<CheckpointException> aside = new ArrayList<>();
    CheckpointException last = null;
    for (Path file : files) {
      try {
        CheckpointFile.read(file, state);
        for (CheckpointException refused : aside) {
          setAside(refused.file(), refused.kind() == Kind.DAMAGED ? ".damaged" : DIVERGED);
        }
        return new Loaded(Optional.of(file), rejected);
      } catch (CheckpointException e) {
        if (!e.allowsOlder()) {
          throw e;
        }
        last = e;
        aside.add(e);
        rejected.add(e.getMessage());
      } catch (IOException e) {
        last = CheckpointException.unreadable(file, e);
        rejected.add(last.getMessage());
      }
    }
    if (last != null) {
      throw last;
    }
    return new Loaded(Optional.empty(), rejected);
  }

  /**
   * As {@link #loadLatest}, but goes back further than a step from which training diverges: its
   * file, and newer ones, are set aside. If there is no older good file, the newest is read again.
   */
  public Loaded loadBefore(TrainingState state, long step) throws IOException, CheckpointException {
    Loaded older;
    try {
      older = load(state, newestFirst(folder).stream().filter(file -> step(file) < step).toList());
    } catch (CheckpointException e) {
      return loadLatest(state);
    }
    if (older.file().isEmpty()) {
      return loadLatest(state);
    }
    List<String> rejected = new ArrayList<>();
    for (Path file : newestFirst(folder)) {
      if (step(file) >= step && Files.isRegularFile(file)) {
        setAside(file, DIVERGED);
        rejected.add(file + ": training diverges from it");
      }
    }
    rejected.addAll(older.rejected());
    return new Loaded(older.file(), rejected);
  }

  /**
   * Reads the file that is kept as the best one, or if there is none, the oldest one that can be
   * read.
   *
   * @throws CheckpointException if none can be
   * @throws IOException if there is none, or they cannot be read
   */
  public Loaded loadBest(TrainingState state) throws IOException, CheckpointException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder.resolve(BEST))) {
      files.addAll(newestFirst(folder.resolve(BEST)));
    }
    List<Path> all = newestFirst(folder);
    Collections.reverse(all);
    files.addAll(all);
    Loaded loaded = load(state, files);
    if (loaded.file().isEmpty()) {
      throw new IOException("there is no checkpoint in " + folder);
    }
    return loaded;
  }

  /** Sets the files of later steps aside, because training collapsed after a step. */
  public List<String> setAsideAfter(long step) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Path file : newestFirst(folder)) {
      if (step(file) > step && Files.isRegularFile(file)) {
        setAside(file, COLLAPSED);
        reasons.add(file + ": training collapsed before or after it");
      }
    }
    return reasons;
  }

  private static void setAside(Path file, String suffix) throws IOException {
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + suffix),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** What checkpoint files of a folder are called, whether good or not, by step. */
  static List<Path> newestFirst(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            folder, entry -> NAME.matcher(entry.getFileName().toString()).matches())) {
      entries.forEach(files::add);
    }
    files.sort(Comparator.comparingLong(CheckpointStore::step).reversed());
    return files;
  }

  private static long step(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(file + " is not called as a checkpoint is");
    }
    return Long.parseLong(name.group(1));
  }
}
