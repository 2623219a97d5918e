package io.troupe.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.troupe.config.SettingsHistory.Change;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The changes of settings that a run's {@code config.conf} records, in its key {@link #KEY}. */
final class RecordedChanges {
  /** A list of sections; it is not a setting. */
  static final String KEY = "changes";

  private static final String FROM_STEP = "from-step";
  private static final Set<String> NAMES = Set.of(FROM_STEP, "key", "from", "to");
  private static final String ADVICE =
      "; allowed: a list of { from-step = 12, key = \"...\", from = \"...\", to = \"...\" } by rising"
          + " steps, as Troupe writes it. Without the key changes the run takes them from its newest"
          + " checkpoint";

  private RecordedChanges() {}

  /** As HOCON. */
  static String render(List<Change> changes) {
    StringBuilder text =
        new StringBuilder(
            "# What changed while it ran, and the first step with each change; written by Troupe.\n");
    if (changes.isEmpty()) {
      return text.append(KEY).append(" = []\n").toString();
    }
    text.append(KEY).append(" = [\n");
    for (Change change : changes) {
      text.append(
          "  { from-step = %d, key = %s, from = %s, to = %s }\n"
              .formatted(
                  change.fromStep(),
                  ConfigUtil.quoteString(change.key()),
                  ConfigUtil.quoteString(change.from()),
                  ConfigUtil.quoteString(change.to())));
    }
    return text.append("]\n").toString();
  }

  /**
   * What a {@code config.conf} records; empty if it says nothing of changes.
   *
   * @throws SettingsException if it cannot be read
   */
  static Optional<List<Change>> read(Path configConf) {
    Layers layers = new Layers();
    Problems problems = layers.problems();
    Config config = Layers.parse(configConf, problems);
    ConfigValue value = config.root().get(KEY);
    List<Change> changes = new ArrayList<>();
    if (value instanceof ConfigList list) {
      for (ConfigValue element : list) {
        read(element, layers)
            .ifPresent(
                change -> {
                  if (!changes.isEmpty()
                      && changes.get(changes.size() - 1).fromStep() > change.fromStep()) {
                    problems.add(
                        Place.of(element.origin()),
                        "from-step = %d stands after a later step".formatted(change.fromStep())
                            + ADVICE);
                  }
                  changes.add(change);
                });
      }
      if (changes.size() > SettingsHistory.MOST_CHANGES) {
        problems.add(
            Place.of(value.origin()),
            "%d changes; allowed: at most %d"
                .formatted(changes.size(), SettingsHistory.MOST_CHANGES));
      }
    } else if (value != null) {
      problems.add(Place.of(value.origin()), KEY + " is not a list" + ADVICE);
    }
    problems.throwIfAny();
    return value == null ? Optional.empty() : Optional.of(changes);
  }

  private static Optional<Change> read(ConfigValue element, Layers layers) {
    Problems problems = layers.problems();
    Place place = Place.of(element.origin());
    try {
      if (element instanceof ConfigObject object && object.keySet().equals(NAMES)) {
        ConfigValue step = object.get(FROM_STEP);
        Change change =
            new Change(
                step.valueType() == ConfigValueType.NUMBER
                    ? new BigDecimal(object.toConfig().getString(FROM_STEP)).longValueExact()
                    : 0,
                object.toConfig().getString("key"),
                object.toConfig().getString("from"),
                object.toConfig().getString("to"));
        if (change.fromStep() < 1) {
          problems.add(place, "from-step is not a whole number from 1 on" + ADVICE);
        } else if (!layers.isKey(change.key())) {
          problems.add(place, "\"%s\" is no key of a setting".formatted(change.key()) + ADVICE);
        } else {
          return Optional.of(change);
        }
      } else {
        problems.add(place, "this is no recorded change" + ADVICE);
      }
    } catch (ConfigException | ArithmeticException | NumberFormatException e) {
      problems.add(place, "this is no recorded change (" + e.getMessage() + ")" + ADVICE);
    }
    return Optional.empty();
  }
}
