package io.troupe.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets values that a substitution stands for count as written where the substitution is: the HOCON
 * library says of them where they were found.
 */
final class Substitutions {
  private Substitutions() {}

  /**
   * A layer on those below it, with the places of its substitutions.
   *
   * @param merged the layer and what is below it, resolved
   * @param layer not resolved
   */
  static ConfigObject placed(ConfigObject merged, ConfigObject layer) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
      ConfigValue written = entry.getValue();
      ConfigValue value = merged.get(entry.getKey());
      // An optional substitution may be of nothing.
      if (value != null && !written.atKey("value").isResolved()) {
        values.put(entry.getKey(), placed(value, written));
      }
    }
    return values.isEmpty() ? merged : with(merged, values);
  }

  private static ConfigObject with(ConfigObject object, Map<String, ConfigValue> values) {
    Map<String, ConfigValue> all = new LinkedHashMap<>(object);
    all.putAll(values);
    return ConfigValueFactory.fromMap(all).withOrigin(object.origin());
  }

  private static ConfigValue placed(ConfigValue value, ConfigValue written) {
    return written instanceof ConfigObject inner
            && value instanceof ConfigObject section
            && isListed(inner)
        ? placed(section, inner)
        : at(written.origin(), value);
  }

  /** Whether the entries of an object are known, which may be substitutions themselves. */
  private static boolean isListed(ConfigObject object) {
    try {
      return !object.isEmpty();
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  private static ConfigValue at(ConfigOrigin place, ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return value.withOrigin(place);
    }
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    object.forEach((key, inner) -> values.put(key, at(place, inner)));
    return ConfigValueFactory.fromMap(values).withOrigin(place);
  }
}
