package io.troupe.actors.history;

import io.troupe.config.RunSettings.BestScore;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsManual;
import java.nio.file.Path;
import java.util.Locale;
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

  BestScore best() {
    try {
      String name = text("checkpoints.best").orElse("none");
      return BestScore.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      return BestScore.NONE; // Another version's.
    }
  }
}
