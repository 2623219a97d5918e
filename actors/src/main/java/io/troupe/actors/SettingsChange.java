package io.troupe.actors;

import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A change of settings while the run goes on, which is also written to its config.conf.
 *
 * @param settings the new ones, complete
 * @param differences the changed keys
 */
record SettingsChange(RunSettings settings, List<Difference> differences) {
  /** Keys that say when things happen, but not what a step computes. */
  private static final Set<String> CHANGEABLE =
      Set.of(
          "training.steps",
          "evaluation.every",
          "sampling.every",
          "checkpoints.every",
          "checkpoints.keep",
          "journal.every");

  /**
   * Checks overrides against the present settings and writes the result.
   *
   * @throws SettingsException if a key or value is wrong or cannot change
   * @throws RunException if the file cannot be written
   */
  static SettingsChange write(RunDirectory directory, RunSettings now, List<String> overrides)
      throws RunException {
    RunSettings changed = SettingsLoader.loadChanged(directory.config(), overrides);
    List<Difference> differences = SettingsLoader.differences(now, changed);
    // The keys that were asked for may have no effect or show none, and the file may have been
    // edited.
    Stream.concat(
            overrides.stream().map(override -> override.substring(0, override.indexOf('='))),
            differences.stream().map(Difference::key))
        .filter(key -> !CHANGEABLE.contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw new SettingsException(
                  List.of(
                      "%s cannot change while the run goes on; these can: %s"
                          .formatted(key, String.join(", ", new TreeSet<>(CHANGEABLE)))));
            });
    try {
      RunDirectory.replace(directory.config(), SettingsLoader.render(changed));
      return new SettingsChange(changed, differences);
    } catch (IOException e) {
      throw new RunException("cannot write %s: %s".formatted(directory.config(), e), e);
    }
  }
}
