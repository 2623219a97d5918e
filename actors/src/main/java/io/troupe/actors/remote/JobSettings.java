package io.troupe.actors.remote;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;

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
      return SettingsLoader.ofText(text);
    } catch (SettingsException e) {
      throw new JobException("the settings of a job cannot be read: " + e.getMessage(), e);
    }
  }
}
