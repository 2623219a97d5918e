package io.troupe.actors.remote;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings of a run in a job. */
public final class JobSettings {
  private JobSettings() {}

  /** As a text, without the token. */
  public static String text(RunSettings settings) {
    return SettingsLoader.render(settings);
  }

  /**
   * Those of a {@link #text}.
   *
   * @throws JobException if they are none that this version knows
   */
  public static RunSettings of(String text) throws JobException {
    try {
      Path file = Files.createTempFile("troupe-job", ".conf");
      try {
        Files.writeString(file, text);
        return SettingsLoader.loadRun(file, List.of(), List.of());
      } finally {
        Files.delete(file);
      }
    } catch (IOException | SettingsException e) {
      throw new JobException("the settings of a job cannot be read: " + e.getMessage(), e);
    }
  }
}
