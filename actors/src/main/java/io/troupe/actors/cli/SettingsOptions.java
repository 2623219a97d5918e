package io.troupe.actors.cli;

import io.troupe.config.Assignment;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsChanges;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Datasets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options that say which settings a run that begins or goes on has. */
final class SettingsOptions {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "What a new run's settings start from; 'troupe presets' lists them. Default: demo, or for"
              + " 'troupe import' the preset that the networks are closest to.")
  private Optional<String> preset = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "HOCON file of settings to change; may be given several times.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting to change, e.g. training.batch=32; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  /** The preset, if one is named. */
  Optional<String> preset() {
    return preset;
  }

  /**
   * The settings of a new run.
   *
   * @param usual the preset if none is named
   * @param changes by other options
   * @throws io.troupe.config.SettingsException if they cannot be used
   */
  RunSettings ofNewRun(String usual, List<Assignment> changes) {
    return SettingsLoader.load(preset.orElse(usual), with(changes));
  }

  /**
   * The settings of a run that is there, changed.
   *
   * @param config its config.conf
   * @param changes by other options
   * @throws io.troupe.config.SettingsException if they cannot be used
   */
  RunSettings ofRun(Path config, List<Assignment> changes) {
    return SettingsLoader.loadRun(config, with(changes));
  }

  private SettingsChanges with(List<Assignment> changes) {
    return new SettingsChanges(files, changes, Datasets::kindAt);
  }

  /** What {@code --set} changes, in its order. */
  Stream<Assignment> assignments() {
    return overrides.stream().map(Assignment::set);
  }

  /** Whether a setting of a section, e.g. {@code dataset}, may be changed. */
  boolean mayChange(String section) {
    return !files.isEmpty() || overrides.stream().anyMatch(text -> text.startsWith(section + "."));
  }
}
