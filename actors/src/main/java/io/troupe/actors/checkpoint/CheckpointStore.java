package io.troupe.actors.checkpoint;

import io.troupe.actors.checkpoint.CheckpointException.Kind;
import io.troupe.config.SettingsHistory;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The checkpoints of a run: files {@code step-000012000.ckpt} in one folder. The newest good one is
 * found by reading, not by a link that could be wrong.
 */
public final class CheckpointStore {
  private static final String DIVERGED = ".diverged";
  private static final String COLLAPSED = ".collapsed";

  private final Path folder;
  private final String preset;
  private final long seed;
  private final BestFiles best;

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
    CheckpointFolder.removeLeftovers(folder);
    best = new BestFiles(folder);
  }

  /** The best file. */
  public BestFiles best() {
    return best;
  }

  /** Where the files are. */
  Path folder() {
    return folder;
  }

  /** Whether there is a file of a step, good or not. */
  public boolean has(long step) {
    return Files.isRegularFile(folder.resolve(CheckpointFolder.name(step)));
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
    Path file = Files.createDirectories(folder).resolve(CheckpointFolder.name(step));
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
        CheckpointFolder.newestFirst(folder).stream()
            // What is no file was not written here.
            .filter(Files::isRegularFile)
            .skip(keep)
            .filter(file -> CheckpointFolder.step(file) != written)
            .filter(file -> held.isEmpty() || CheckpointFolder.step(file) != held.getAsLong())
            .toList();
    CheckpointFolder.remove(old);
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
    return load(state, CheckpointFolder.newestFirst(folder));
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
          CheckpointFolder.setAside(
              refused.file(), refused.kind() == Kind.DAMAGED ? ".damaged" : DIVERGED);
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
      older =
          load(
              state,
              CheckpointFolder.newestFirst(folder).stream()
                  .filter(file -> CheckpointFolder.step(file) < step)
                  .toList());
    } catch (CheckpointException e) {
      return loadLatest(state);
    }
    if (older.file().isEmpty()) {
      return loadLatest(state);
    }
    List<String> rejected = new ArrayList<>();
    for (Path file : CheckpointFolder.newestFirst(folder)) {
      if (CheckpointFolder.step(file) >= step && Files.isRegularFile(file)) {
        CheckpointFolder.setAside(file, DIVERGED);
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
    files.addAll(best.files());
    List<Path> all = CheckpointFolder.newestFirst(folder);
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
    for (Path file : CheckpointFolder.newestFirst(folder)) {
      if (CheckpointFolder.step(file) > step && Files.isRegularFile(file)) {
        CheckpointFolder.setAside(file, COLLAPSED);
        reasons.add(file + ": training collapsed before or after it");
      }
    }
    return reasons;
  }
}
