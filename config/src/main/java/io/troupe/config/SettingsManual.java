package io.troupe.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings for people: each key's default and meaning, and the values in a run's file. */
public final class SettingsManual {
  /**
   * A key of the settings.
   *
   * @param value its default: a number, a text, or true or false
   * @param text what it means and allows, as defaults.conf says it
   */
  public record Entry(String key, Object value, String text) {}

  private static final List<Entry> ENTRIES = entries();

  private SettingsManual() {}

  /** All keys but the secret one, in the order of defaults.conf. */
  public static List<Entry> all() {
    return ENTRIES;
  }

  private static List<Entry> entries() {
    Config defaults = new Layers().merged();
    return defaults.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(SettingsWriter.SECRET))
        .sorted((a, b) -> Integer.compare(line(a.getValue()), line(b.getValue())))
        .map(
            entry ->
                new Entry(
                    entry.getKey(),
                    entry.getValue().unwrapped(),
                    entry.getValue().origin().comments().stream()
                        .map(String::strip)
                        .collect(Collectors.joining(" "))))
        .toList();
  }

  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  /**
   * The values in a run's config.conf by key, whichever version of the program wrote it, with
   * {@code preset} and without the secret. Nothing is checked.
   *
   * @throws SettingsException if it cannot be read, or is no HOCON
   */
  public static Map<String, Object> read(Path configConf) {
    Problems problems = new Problems();
    Config config = Layers.parse(configConf, problems);
    if (!config.isResolved()) {
      // A daemon writes none, and resolving those of another origin could take all memory.
      problems.add(
          Place.of(configConf.toString()),
          "it has substitutions, which do not occur in a run's config.conf; allowed: KEY = VALUE");
    }
    problems.throwIfAny();
    List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(config.entrySet());
    Map<String, Object> values = new LinkedHashMap<>();
    entries.sort((a, b) -> Integer.compare(line(a.getValue()), line(b.getValue())));
    for (Map.Entry<String, ConfigValue> entry : entries) {
      if (!entry.getKey().equals(SettingsWriter.SECRET) && isPlain(entry.getValue())) {
        values.put(entry.getKey(), entry.getValue().unwrapped());
      }
    }
    return values;
  }

  /** A value that {@link Difference} has as HOCON, as a number, text, or true or false. */
  public static Object plain(String hocon) {
    try {
      ConfigValue value = ConfigFactory.parseString("value = " + hocon).root().get("value");
      return value != null && isPlain(value) ? value.unwrapped() : hocon;
    } catch (ConfigException e) {
      return hocon; // From an older version's journal, or another program's.
    }
  }

  private static boolean isPlain(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
        || value.valueType() == ConfigValueType.STRING
        || value.valueType() == ConfigValueType.BOOLEAN;
  }
}
