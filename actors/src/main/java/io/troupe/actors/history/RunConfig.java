package io.troupe.actors.history;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsManual;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a run's config.conf says, whatever version of the program wrote it.
 *
 * @param values by keys
 * @param problem why it cannot be read
 */
record RunConfig(Map<String, Object> values, Optional<String> problem) {
  static RunConfig read(Path configConf) {
    try {
      return new RunConfig(SettingsManual.read(configConf), Optional.empty());
    } catch (SettingsException e) {
      return new RunConfig(Map.of(), Optional.of(e.problems().get(0)));
    }
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).map(Object::toString);
  }

  long whole(String key) {
    return values.get(key) instanceof Number number ? number.longValue() : 0;
  }

  /** Real pictures that a step sees; 0 if it is not known. */
  long imagesPerStep() {
    return whole("training.batch") * whole("training.discriminator-steps");
  }

  /** The score that ranks checkpoints; of another version's run one that is not known here. */
  String best() {
    return text("checkpoints.best").orElse(RunSettings.Checkpoints.NO_SCORE);
  }
}
