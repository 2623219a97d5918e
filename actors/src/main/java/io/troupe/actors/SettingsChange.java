package io.troupe.actors;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A change of settings while the run is held, which is also written to its config.conf.
 *
 * @param settings the new ones, complete
 * @param differences one line for each changed key
 */
record SettingsChange(RunSettings settings, List<String> differences) {
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
   * @throws RunException if a key or value is wrong or cannot change, or the file cannot be written
   */
  static SettingsChange write(RunDirectory directory, RunSettings now, List<String> overrides)
      throws RunException {
    try {
      RunSettings changed = SettingsLoader.loadRun(directory.config(), List.of(), overrides);
      List<String> differences = SettingsLoader.differences(now, changed);
      for (String difference : differences) {
        String key = difference.substring(0, difference.indexOf(':'));
        if (!CHANGEABLE.contains(key)) {
          throw new RunException(
              "%s cannot change while the run is held; these can: %s"
                  .formatted(key, String.join(", ", new TreeSet<>(CHANGEABLE))));
        }
      }
      RunDirectory.replace(directory.config(), SettingsLoader.render(changed));
      return new SettingsChange(changed, differences);
    } catch (SettingsException e) {
      throw new RunException(e.getMessage(), e);
    } catch (IOException e) {
      throw new RunException("cannot write %s: %s".formatted(directory.config(), e), e);
    }
  }
}
