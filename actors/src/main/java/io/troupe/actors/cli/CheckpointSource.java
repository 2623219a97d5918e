package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the settings of a checkpoint's run are from, and how checkpoints are opened. */
class CheckpointSource extends MixedOptions {
  /** What the description of a checkpoint's parameter says. */
  static final String PLACE =
      "A .ckpt file, or a run directory or name for its newest good checkpoint";

  @ArgGroup private Origin origin = new Origin();

  /** Where the settings are from. */
  private static final class Origin {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description =
            "The config.conf of the checkpoint's run. Default: the one in its run directory; without"
                + " one, the preset that the checkpoint names.")
    private Optional<Path> file = Optional.empty();

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        description = "Take the settings of a preset, instead of a config.conf.")
    private Optional<String> preset = Optional.empty();
  }

  /** The file or folder that is meant; a run may be named as other commands take its name. */
  static Path resolved(Path given) throws CliException {
    return Files.exists(given) || given.toString().endsWith(".ckpt")
        ? given
        : RunFinder.standard().named(given.toString()).root();
  }

  /** Opens the checkpoint; damaged ones that are newer are named on the screen for errors. */
  StoredCheckpoint open(Path place) throws CliException, CheckpointException {
    return open(place, command().commandLine().getErr());
  }

  /** As {@link #open(Path)}, with a screen for errors. */
  static StoredCheckpoint open(Path place, PrintWriter errors)
      throws CliException, CheckpointException {
    try {
      if (!Files.exists(place)) {
        throw new CliException(
            "there is no checkpoint or run directory %s".formatted(place.toAbsolutePath()));
      }
      if (!Files.isDirectory(place)) {
        return StoredCheckpoint.open(place);
      }
      Path folder = new RunDirectory(place).checkpoints();
      if (!Files.isDirectory(folder)) {
        throw new CliException(
            "%s is not a run directory: it has no folder %s"
                .formatted(place, folder.getFileName()));
      }
      return StoredCheckpoint.newest(
          folder, reason -> errors.println("troupe: passed over: " + reason));
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(place, IoReason.of(e)));
    } finally {
      errors.flush();
    }
  }

  /** Whether other settings are named than those of the run. */
  final boolean namesSettings() {
    return origin.file.isPresent() || origin.preset.isPresent();
  }

  /**
   * The settings of a checkpoint's run.
   *
   * @throws io.troupe.config.SettingsException if they cannot be used
   */
  RunSettings settings(StoredCheckpoint checkpoint) {
    if (origin.file.isPresent()) {
      return SettingsLoader.loadRun(origin.file.get(), List.of(), SettingsLoader.NOT_SERVED);
    }
    if (origin.preset.isPresent()) {
      return SettingsLoader.load(origin.preset.get(), List.of(), SettingsLoader.NOT_SERVED);
    }
    Optional<RunDirectory> run = run(checkpoint);
    return run.isPresent()
        ? SettingsLoader.loadRun(run.get().config(), List.of(), SettingsLoader.NOT_SERVED)
        : SettingsLoader.load(checkpoint.preset(), List.of(), SettingsLoader.NOT_SERVED);
  }

  /** The run that a checkpoint is of; empty if the file lies elsewhere. */
  static Optional<RunDirectory> run(StoredCheckpoint checkpoint) {
    return RunDirectory.ofCheckpoint(checkpoint.file());
  }
}
