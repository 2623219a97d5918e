package io.troupe.actors.cli;

import io.troupe.config.Assignment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options that change the settings of a run that begins or goes on. */
final class SettingsOptions {
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

  /** The files, in their order. */
  List<Path> files() {
    return files;
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
