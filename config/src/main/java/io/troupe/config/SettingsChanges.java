package io.troupe.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What changes the settings of a run that begins or goes on. A new {@code dataset.path} also
 * chooses {@code dataset.kind}, if nothing else does.
 *
 * @param files HOCON files; later ones win
 * @param assignments which win over files
 * @param kindOf the name of the kind of dataset that a path holds; empty if it is not clear
 */
public record SettingsChanges(
    List<Path> files, List<Assignment> assignments, Function<Path, Optional<String>> kindOf) {
  /** Changes where no path chooses a kind of dataset. */
  static SettingsChanges of(List<Path> files, List<Assignment> assignments) {
    return new SettingsChanges(files, assignments, path -> Optional.empty());
  }

  void addTo(Layers layers) {
    files.forEach(layers::addFile);
    assignments.forEach(layers::addAssignment);
    layers.chooseKind(kindOf);
  }
}
