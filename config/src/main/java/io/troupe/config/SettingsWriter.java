package io.troupe.config;

import com.typesafe.config.ConfigValueFactory;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Turns settings back into keys and values. */
final class SettingsWriter {
  /** The key that is never shown or written. */
  static final String SECRET = "control.token";

  private SettingsWriter() {}

  /** Every key but the secret one, in the records' order, with its value as HOCON. */
  static Map<String, String> values(RunSettings settings) {
    Map<String, String> values = new LinkedHashMap<>();
    collect("", settings, values);
    values.remove(SECRET);
    return values;
  }

  /** Every key of a section, as {@link #values(RunSettings)}. */
  static Map<String, String> values(String key, Record section) {
    Map<String, String> values = new LinkedHashMap<>();
    collect(key, section, values);
    return values;
  }

  private static void collect(String key, Object value, Map<String, String> into) {
    if (value instanceof Record section) {
      for (RecordComponent component : section.getClass().getRecordComponents()) {
        String name = Nearest.kebab(component.getName());
        collect(key.isEmpty() ? name : key + "." + name, get(section, component), into);
      }
    } else {
      into.put(key, ConfigValueFactory.fromAnyRef(plain(value)).render());
    }
  }

  private static Object get(Record section, RecordComponent component) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Object::toString).orElse("");
    }
    if (value instanceof Integer number && number == RunSettings.AUTO) {
      return ValueReader.AUTO;
    }
    return value instanceof Enum<?> constant ? ValueReader.name(constant) : value;
  }
}
