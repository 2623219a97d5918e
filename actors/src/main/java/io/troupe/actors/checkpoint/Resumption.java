package io.troupe.actors.checkpoint;

import io.troupe.actors.run.RunCompleteException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.SettingsChange;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** How a run goes on in a directory, from its newest good checkpoint, or how it begins there. */
public final class Resumption {
  private static final String NETWORK = "network.";
  private static final String INIT_FROM = "init-from.";

  /** Adam's moments of what was frozen are not those of so many updates. */
  private static final String FREEZE_D = "training.freeze-d";

  /** What may change of networks that are there: their shapes and first values may not. */
  private static final Set<String> CHANGEABLE =
      Set.of(
          "network.spectral-norm-epsilon",
          "network.batch-norm-epsilon",
          "network.batch-norm-momentum",
          "network.biggan.quantiser.commitment",
          "network.biggan.quantiser.decay",
          "network.stylegan2.deviation-group");

  private final RunDirectory directory;
  private final RunSettings settings;
  private final Optional<RunSettings> before;
  private final Optional<List<SettingsHistory.Change>> recorded;
  private final List<Difference> changes;
  private List<String> rejected = List.of();

  /**
   * Reads the settings that the directory's run had until now, if there is one.
   *
   * @param settings those that it shall have
   */
  public Resumption(RunDirectory directory, RunSettings settings) {
    this.directory = directory;
    this.settings = settings;
    before = recorded(directory);
    recorded =
        before.isPresent() ? SettingsLoader.recordedChanges(directory.config()) : Optional.empty();
    changes = before.map(old -> SettingsLoader.differences(old, settings)).orElse(List.of());
  }

  /** The settings that a directory's run had until now, if there is one. */
  public static Optional<RunSettings> recorded(RunDirectory directory) {
    return Files.exists(directory.config())
        ? Optional.of(SettingsLoader.loadRun(directory.config(), List.of(), List.of()))
        : Optional.empty();
  }

  /**
   * Whether a setting is of the networks themselves, which checkpoints fit or not, or of what they
   * began with, or which of it stays.
   */
  public static boolean isOfNetworks(String key) {
    return (key.startsWith(NETWORK) && !CHANGEABLE.contains(key))
        || key.startsWith(INIT_FROM)
        || key.equals(FREEZE_D);
  }

  /** What changes of the run's settings. */
  public List<Difference> changes() {
    return changes;
  }

  /** Newer checkpoints that could not be used, each with its reason. */
  public List<String> rejected() {
    return rejected;
  }

  /**
   * Refuses other networks than those of the checkpoints.
   *
   * @param spec of the dataset's images
   */
  public void requireSameNetworks(ImageSpec spec) throws RunException, IOException {
    if (before.isEmpty()
        && settings.initFrom().checkpoint().isPresent()
        && InitialValues.hasBegun(directory)) {
      throw new RunException(
          "init-from begins a run, and %s has checkpoints already; choose another --run-dir"
              .formatted(directory.root()));
    }
    boolean same = changes.stream().map(Difference::key).noneMatch(Resumption::isOfNetworks);
    if (!same) {
      try (StoredCheckpoint newest = StoredCheckpoint.newest(directory.checkpoints(), any -> {})) {
        throw misfit(newest, spec, "");
      } catch (IOException | CheckpointException e) {
        // There is nothing that they would have to fit; otherwise restore says what is wrong.
      }
    }
  }

  /**
   * The settings of the run's steps, with what this start changes.
   *
   * @param step the last finished one
   * @throws io.troupe.config.SettingsException if the settings of some step would contradict one
   *     another
   */
  public SettingsHistory history(long step) throws RunException, IOException {
    SettingsHistory known = SettingsHistory.of(before.orElse(settings), recordedChanges());
    Set<String> keys = new LinkedHashSet<>();
    SettingsLoader.differences(known.newest(), settings).stream()
        .map(Difference::key)
        .filter(SettingsChange::altersResults)
        .forEach(keys::add);
    // What only a start can change holds in all steps of a daemon.
    known.keysAfter(step).stream()
        .filter(key -> SettingsChange.kind(key) != SettingsChange.Kind.FROM_STEP)
        .forEach(keys::add);
    return known.changed(step + 1, keys, settings);
  }

  /** Those of config.conf; if it says nothing of any, those of the newest checkpoint. */
  private List<SettingsHistory.Change> recordedChanges() throws RunException, IOException {
    try {
      return recorded.isPresent() ? recorded.get() : changesOfNewestCheckpoint(directory);
    } catch (CheckpointException e) {
      throw cannotResume(e.getMessage(), e);
    }
  }

  /** Those of a run whose config.conf says nothing of any. */
  public static List<SettingsHistory.Change> changesOfNewestCheckpoint(RunDirectory directory)
      throws IOException, CheckpointException {
    try (StoredCheckpoint newest = StoredCheckpoint.newest(directory.checkpoints(), any -> {})) {
      return newest.changes();
    }
  }

  /**
   * Puts a state where the newest good checkpoint was. A run's first checkpoint is that of step 0,
   * so that there is always one to go back to.
   *
   * @param training of these settings and the dataset
   *     <p>A run whose last step is saved, but whose journal does not say that it has ended, has no
   *     grid or no scores of that step, or says last that the best checkpoint could not be kept,
   *     goes on with what is to be had of it.
   * @param initial what a run begins with instead of random values
   * @param canScore whether the dataset has what the chosen scores need
   * @throws RunException if there are checkpoints but none can be used, or they have gone
   */
  public void restore(
      CheckpointStore store,
      GanTraining training,
      TrainingState state,
      Optional<InitialValues> initial,
      boolean canScore)
      throws RunException, IOException {
    try {
      List<String> untold = UntoldFiles.of(directory);
      CheckpointStore.Loaded loaded = store.loadLatest(state);
      rejected = Stream.concat(untold.stream(), loaded.rejected().stream()).toList();
      if (loaded.file().isEmpty()) {
        requireNothingLost();
        state.copyFrom(training, 0);
        state.average().assign(training.generator().values().floats());
        if (initial.isPresent()) {
          initial.get().putInto(state);
        }
        store.save(state);
      }
    } catch (CheckpointException e) {
      if (e.isMisfit()) {
        throw misfit(state.spec(), e);
      }
      throw cannotResume(e.getMessage(), e);
    }
    long step = state.progress().step();
    if (step >= settings.training().steps() && isComplete(step, canScore, store::has)) {
      throw new RunCompleteException(
          "the run in %s is complete at step %d; give more --steps to go on, or another --run-dir"
              .formatted(directory.root(), step));
    }
  }

  private boolean isComplete(long step, boolean canScore, LongPredicate hasCheckpoint)
      throws IOException {
    return JournalledEnd.isComplete(
        directory.events(),
        step,
        settings.sampling().every() > 0,
        canScore && settings.evaluation().isDueAt(step),
        hasCheckpoint);
  }

  private void requireNothingLost() throws RunException, IOException {
    long step = JournalledEnd.lastStep(directory.events());
    if (step > 0) {
      throw new RunException(
          "%s holds no checkpoint, but by %s the run was at step %d. Put the checkpoints back, or choose another --run-dir; to begin anew here, move events.jsonl away"
              .formatted(directory.checkpoints(), directory.events(), step));
    }
  }

  private RunException misfit(ImageSpec spec, CheckpointException e) throws IOException {
    try (StoredCheckpoint newest = StoredCheckpoint.newest(directory.checkpoints(), any -> {})) {
      return misfit(newest, spec, e.getMessage());
    } catch (CheckpointException again) {
      again.addSuppressed(e);
      return cannotResume(again.getMessage(), again);
    }
  }

  /**
   * Says in what the settings differ from the run's.
   *
   * @param otherwise what to say if that is not known
   */
  private RunException misfit(StoredCheckpoint checkpoint, ImageSpec spec, String otherwise) {
    List<String> misfits = new ArrayList<>();
    for (Difference change : changes) {
      if (isOfNetworks(change.key())) {
        misfits.add(
            "%s: the run has %s, you gave %s"
                .formatted(change.key(), plain(change.from()), plain(change.to())));
      }
    }
    spec(checkpoint).ifPresent(had -> compare(had, spec, misfits));
    return cannotResume(misfits.isEmpty() ? otherwise : String.join("; ", misfits), null);
  }

  private void compare(ImageSpec had, ImageSpec spec, List<String> misfits) {
    RunSettings of = before.orElse(settings);
    boolean conditional = NetworkFamily.of(of.network()).isConditional(of.network());
    if (conditional && had.classes() != spec.classes()) {
      misfits.add(
          "the number of classes is %d, the dataset has %d"
              .formatted(had.classes(), spec.classes()));
    }
    if (had.size() != spec.size()) {
      misfits.add(
          "the images are %1$d x %1$d, those of the dataset %2$d x %2$d"
              .formatted(had.size(), spec.size()));
    }
    if (had.channels() != spec.channels()) {
      misfits.add(
          "the images have %d channels, those of the dataset %d"
              .formatted(had.channels(), spec.channels()));
    }
  }

  /** What the checkpoint's networks are made for; empty if it is not clear. */
  private Optional<ImageSpec> spec(StoredCheckpoint checkpoint) {
    try {
      return Optional.of(CheckpointNetworks.of(checkpoint, before.orElse(settings)).spec());
    } catch (CheckpointException e) {
      return Optional.empty();
    }
  }

  private RunException cannotResume(String reason, Exception cause) {
    return new RunException(
        "cannot resume the run in %s: %s. Give the settings of the run, or choose another --run-dir."
            .formatted(directory.root(), reason),
        cause);
  }

  private static String plain(String value) {
    return value.replace("\"", "");
  }
}
