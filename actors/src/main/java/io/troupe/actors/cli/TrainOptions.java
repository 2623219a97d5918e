package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.InitialValues;
import io.troupe.actors.daemon.RunBranch;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.Assignment;
import io.troupe.config.DatasetSettings;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that begin or continue a run. */
final class TrainOptions extends MixedOptions {
  private static final String DEFAULT_PRESET = "demo";

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "Where the run keeps its files, or the name of a run below runs/; a run that is there goes"
              + " on from its newest checkpoint with its own settings. Default: runs/ and the"
              + " preset's name.")
  private Optional<Path> runDirectory = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      description =
          "Begin a new run in --run-dir that goes on from a checkpoint file of another run: with that"
              + " one's settings, changed by the other options, and its history up to there.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--init-from",
      paramLabel = "CHECKPOINT",
      description =
          "Begin a new run at step 0 whose networks take another run's values where they fit, and draw"
              + " the rest at random. CHECKPOINT is a .ckpt file, or a run directory or name for its"
              + " newest good checkpoint. The settings are those of the other run, or of --preset,"
              + " changed by the other options.")
  private Optional<Path> initFrom = Optional.empty();

  @Option(
      names = "--init-adam",
      description = "With --init-from: take Adam's moments too; then everything has to fit.")
  private boolean initAdam;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "The dataset's folder, archive or file (dataset.path); it tells dataset.kind too. Default:"
              + " none, as for procedural data, or what 'troupe fetch' downloaded.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Iterations to run in all (training.steps). Default: the preset's.")
  private Optional<Long> steps = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "TCP port of the control server (control.port); 0 picks a free one. Default: 8087, or a"
              + " free one if that is taken.")
  private Optional<Integer> port = Optional.empty();

  @Mixin private final SettingsOptions given = new SettingsOptions();
  @Mixin private final QuietOption quiet = new QuietOption();

  private Optional<InitialCheckpoint> source = Optional.empty();

  /** Whether to print nothing but errors. */
  boolean quiet() {
    return quiet.wanted();
  }

  /** Makes the run that goes on from another one's checkpoint, if that is asked for. */
  void branch() throws RunException {
    if (from.isEmpty()) {
      return;
    }
    if (runDirectory.isEmpty()) {
      throw wrong("--from begins a new run; name its folder with --run-dir");
    }
    if (given.preset().isPresent()) {
      throw wrong("--from: the new run has the other one's preset; leave --preset out");
    }
    RunBranch branch = RunBranch.from(from.get());
    branch.make(directory(), given.ofRun(branch.config(), assignments()));
  }

  /** Finds the checkpoint that a new run begins with, if that is asked for. */
  void initialise() throws CliException, IOException {
    if (initFrom.isEmpty()) {
      if (initAdam) {
        throw wrong("--init-adam is for a run with --init-from");
      }
      return;
    }
    if (from.isPresent()) {
      throw wrong(
          "--from goes on with another run's training, --init-from begins one; give one of them");
    }
    if (given.preset().isEmpty() && runDirectory.isEmpty()) {
      // Else the default is the folder of the preset demo, whatever the other run is.
      throw wrong("--init-from begins a new run; name its folder with --run-dir");
    }
    if (InitialValues.hasBegun(directory())) {
      throw wrong(
          ("--init-from begins a run, and %s has checkpoints already; leave --init-from out to go on"
                  + " with it, or choose another --run-dir")
              .formatted(directory().root()));
    }
    source = Optional.of(InitialCheckpoint.find(initFrom.get(), command()));
  }

  /** The run's directory, which need not exist. */
  RunDirectory directory() {
    return new RunDirectory(
        runDirectory
            .map(path -> RunFinder.standard().begun(path))
            .orElseGet(() -> Path.of("runs", given.preset().orElse(DEFAULT_PRESET))));
  }

  /**
   * Makes a folder for a run of its own, the first of runs/PRESET, runs/PRESET-2, ... that is not
   * there yet, also beside others that do the same; settings are then a new run's.
   */
  void makeDirectory() throws CliException {
    if (runDirectory.isPresent()) {
      throw wrong("--new finds a folder by itself; leave it or --run-dir out");
    }
    // What is wrong with the settings is said before there is a folder.
    given.ofNewRun(DEFAULT_PRESET, assignments());
    Path root = make(directory().root());
    runDirectory = Optional.of(root);
  }

  static Path make(Path root) throws CliException {
    try {
      Files.createDirectories(root.toAbsolutePath().getParent());
      Iterator<Path> names = names(root).iterator();
      Path candidate = names.next();
      while (!isMade(candidate)) {
        candidate = names.next();
      }
      return candidate;
    } catch (IOException e) {
      throw new CliException("cannot make a folder for a new run: " + IoReason.of(e));
    }
  }

  private static boolean isMade(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** The names of runs of one kind beside each other: NAME, NAME-2, NAME-3, ... */
  static Stream<Path> names(Path root) {
    return Stream.concat(
        Stream.of(root),
        IntStream.iterate(2, number -> number + 1)
            .mapToObj(number -> root.resolveSibling(root.getFileName() + "-" + number)));
  }

  /**
   * The run's settings: those of the run that is in the directory, or those of the preset, changed
   * by files and options; options that have a name of their own win over {@code --set}.
   *
   * @throws io.troupe.config.SettingsException if they cannot be used
   */
  RunSettings settings() {
    requireFolder(directory().root().toAbsolutePath());
    Ports.require(command(), port);
    List<Assignment> changes = assignments();
    Path config = directory().config();
    if (!Files.exists(config)) {
      requireNothingElse(directory());
      if (given.preset().isEmpty() && source.isPresent()) {
        return source.get().settings(given, changes);
      }
      return given.ofNewRun(DEFAULT_PRESET, changes);
    }
    RunSettings settings = given.ofRun(config, changes);
    if (given.preset().isPresent() && !given.preset().get().equals(settings.preset())) {
      throw wrong(
          ("--preset %s: the run in %s was started from the preset %s; leave --preset out to go on"
                  + " with it, or choose another --run-dir")
              .formatted(given.preset().get(), directory().root(), settings.preset()));
    }
    return settings;
  }

  /** Refuses a folder that cannot be made because a file has its name or that of one above it. */
  private void requireFolder(Path root) {
    Optional<Path> there =
        Stream.iterate(root, Objects::nonNull, Path::getParent).filter(Files::exists).findFirst();
    if (there.isPresent() && !Files.isDirectory(there.get())) {
      throw wrong(
          "--run-dir %s: %s is a file, and a run is a folder; name another one"
              .formatted(directory().root(), there.get()));
    }
  }

  /** Refuses a folder that holds something, and no run. */
  private void requireNothingElse(RunDirectory directory) {
    Optional<Path> other;
    try {
      other = FreshFolder.other(directory);
    } catch (IOException e) {
      throw wrong(
          "--run-dir %s: it cannot be read: %s".formatted(directory.root(), IoReason.of(e)));
    }
    if (other.isPresent()) {
      throw wrong(
          "--run-dir %s: it holds %s and is no run; name an empty folder, or one that is not there"
              .formatted(directory.root(), other.get()));
    }
  }

  private List<Assignment> assignments() {
    List<Assignment> changes = new ArrayList<>(given.assignments().toList());
    data.map(path -> path.toAbsolutePath().normalize())
        .ifPresent(path -> changes.add(Assignment.option("--data", "dataset.path", path)));
    source.ifPresent(
        found -> {
          changes.add(Assignment.option("--init-from", "init-from.checkpoint", found.checkpoint()));
          changes.add(Assignment.option("--init-from", "init-from.sha256", found.sha256()));
          changes.add(Assignment.option("--init-adam", "init-from.adam", initAdam));
        });
    steps.ifPresent(number -> changes.add(Assignment.option("--steps", "training.steps", number)));
    port.ifPresent(number -> changes.add(Assignment.option("--port", "control.port", number)));
    return changes;
  }

  /** What these options change of the settings of the run that is in the directory. */
  List<Difference> changes() {
    RunSettings settings = settings();
    Path config = directory().config();
    return Files.exists(config)
        ? SettingsLoader.differences(SettingsLoader.loadRun(config, List.of(), List.of()), settings)
        : List.of();
  }

  /** Which pictures a run learns from, e.g. "image-folder /data/faces". */
  static String describe(DatasetSettings dataset) {
    return dataset.path().map(path -> dataset.kind() + " " + path).orElse(dataset.kind());
  }
}
