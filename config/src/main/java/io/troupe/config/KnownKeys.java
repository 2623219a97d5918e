package io.troupe.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The keys that exist: those of defaults.conf. */
final class KnownKeys {
  private final ConfigObject defaults;
  private final Set<String> keys = new TreeSet<>();

  KnownKeys(Config defaults) {
    this.defaults = defaults.root();
    defaults.entrySet().forEach(entry -> keys.add(entry.getKey()));
  }

  /** Whether there is such a key, and not a section. */
  boolean isKey(String key) {
    return keys.contains(key);
  }

  /** Whether the key holds a text, as paths and names do. */
  boolean isText(String key) {
    return keys.contains(key)
        && defaults.toConfig().getValue(key).valueType() == ConfigValueType.STRING;
  }

  /**
   * Reports unknown keys, and values in place of sections or the reverse; what is left without
   * them.
   *
   * @param merged a new layer on top of {@code lower}
   * @param lower a configuration that was checked before
   */
  Config check(Config merged, Config lower, Problems problems) {
    return check(merged.root(), lower.root(), defaults, "", problems).toConfig();
  }

  private ConfigObject check(
      ConfigObject merged,
      ConfigObject lower,
      ConfigObject known,
      String section,
      Problems problems) {
    ConfigObject result = merged;
    for (Map.Entry<String, ConfigValue> entry : merged.entrySet()) {
      String name = entry.getKey();
      ConfigValue value = entry.getValue();
      ConfigValue expected = known.get(name);
      String key = join(section, name);
      Place place = Place.of(value.origin());
      if (expected == null) {
        reportUnknown(key, value, problems);
        result = result.withoutKey(name);
      } else if (expected instanceof ConfigObject inner) {
        if (value instanceof ConfigObject object) {
          ConfigObject below = (ConfigObject) lower.get(name);
          result = result.withValue(name, check(object, below, inner, key, problems));
        } else {
          problems.add(
              place,
              key + " is a section, found one value; allowed in it: " + String.join(", ", in(key)));
          result = result.withValue(name, lower.get(name));
        }
      } else if (value instanceof ConfigObject) {
        problems.addValue(key, place, key + " is one value, found a section { }");
        result = result.withValue(name, lower.get(name));
      }
    }
    return result;
  }

  private void reportUnknown(String key, ConfigValue value, Problems problems) {
    if (value instanceof ConfigObject section && section.size() == 1) {
      Map.Entry<String, ConfigValue> only = section.entrySet().iterator().next();
      reportUnknown(join(key, only.getKey()), only.getValue(), problems);
    } else {
      problems.add(Place.of(value.origin()), unknown(key));
    }
  }

  private String unknown(String key) {
    if (key.equals("preset")) {
      return "unknown key preset; a preset is chosen on the command line, only the config.conf of"
          + " a run names it";
    }
    if (key.equals(RecordedChanges.KEY)) {
      return "unknown key changes; only the config.conf of a run records changes";
    }
    List<String> nearest = nearest(key);
    if (!nearest.isEmpty()) {
      return "unknown key " + key + "; did you mean " + String.join(" or ", nearest) + "?";
    }
    String section = parent(key);
    while (!section.isEmpty() && in(section).isEmpty()) {
      section = parent(section);
    }
    return "unknown key %s; allowed %s: %s"
        .formatted(
            key,
            section.isEmpty() ? "at the top" : "in " + section,
            String.join(", ", in(section)));
  }

  /** Known keys like this one: of the same section, else a near spelling, else the same name. */
  private List<String> nearest(String key) {
    String section = parent(key);
    List<String> siblings =
        Nearest.of(last(key), in(section)).stream().map(name -> join(section, name)).toList();
    if (!siblings.isEmpty()) {
      return siblings;
    }
    List<String> spelled = Nearest.of(key, keys);
    if (!spelled.isEmpty()) {
      return spelled;
    }
    Map<String, List<String>> byName =
        keys.stream().collect(Collectors.groupingBy(KnownKeys::last, Collectors.toList()));
    return Nearest.of(last(key), byName.keySet()).stream()
        .map(byName::get)
        .flatMap(List::stream)
        .sorted()
        .toList();
  }

  /** The names directly in a section; the root is "". */
  private Set<String> in(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    return keys.stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()).replaceFirst("\\..*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String join(String section, String name) {
    String quoted = ConfigUtil.joinPath(name);
    return section.isEmpty() ? quoted : section + "." + quoted;
  }

  private static String parent(String key) {
    return key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
