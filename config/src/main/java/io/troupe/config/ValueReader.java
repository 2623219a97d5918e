package io.troupe.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads typed values by key. Unlike the HOCON library's own getters it does not convert: a number
 * in quotes is a text. A value of the wrong type or out of range is reported, and a placeholder is
 * returned so that reading can go on.
 */
final class ValueReader {
  /** How a number is written that the program is to choose. */
  static final String AUTO = "auto";

  private static final int LONGEST_FOUND = 80;
  private static final String ANY_NUMBER = "[-+]?\\d{1,18}(\\.\\d*)?([eE][-+]?\\d+)?";

  private final Config config;
  private final Problems problems;

  /**
   * A reader of one configuration.
   *
   * @param config holds every key that will be read
   */
  ValueReader(Config config, Problems problems) {
    this.config = config;
    this.problems = problems;
  }

  /** True or false. */
  boolean flag(String key) {
    if (value(key).unwrapped() instanceof Boolean flag) {
      return flag;
    }
    report(key, "true or false");
    return false;
  }

  /** A whole number in [low, high]. */
  int integer(String key, int low, int high) {
    return (int) whole(key, low, high);
  }

  /** A whole number in [low, high]. */
  long whole(String key, long low, long high) {
    return whole(key, low, high, wholeNumber(low, high));
  }

  private static String wholeNumber(long low, long high) {
    return "a whole number from " + low + " to " + high;
  }

  private long whole(String key, long low, long high, String allowed) {
    if (value(key).valueType() == ConfigValueType.NUMBER) {
      try {
        long number = new BigDecimal(config.getString(key)).longValueExact();
        if (number >= low && number <= high) {
          return number;
        }
      } catch (ArithmeticException | NumberFormatException e) {
        // A fraction, or more than 64 bits; reported below.
      }
    }
    report(key, allowed);
    return low;
  }

  /**
   * A whole number in [low, high], or the word {@link #AUTO}.
   *
   * @param auto what the word stands for
   */
  int integerOrAuto(String key, int auto, int low, int high) {
    return AUTO.equals(value(key).unwrapped())
        ? auto
        : (int) whole(key, low, high, AUTO + ", or " + wholeNumber(low, high));
  }

  /** One of some whole numbers. */
  int oneOf(String key, int... numbers) {
    List<Integer> allowed = Arrays.stream(numbers).boxed().toList();
    if (value(key).unwrapped() instanceof Integer number && allowed.contains(number)) {
      return number;
    }
    report(key, either(allowed.stream().map(String::valueOf).toList()));
    return numbers[0];
  }

  /** A finite decimal number. */
  double decimal(String key, Interval allowed) {
    if (value(key).unwrapped() instanceof Number number && allowed.contains(number.doubleValue())) {
      return number.doubleValue();
    }
    report(key, allowed.describe());
    return allowed.high();
  }

  /** A text that satisfies a condition, which {@code allowed} says in words. */
  String text(String key, String allowed, Predicate<String> condition) {
    if (value(key).unwrapped() instanceof String text && condition.test(text)) {
      return text;
    }
    report(key, allowed);
    return "";
  }

  /** A path; the empty text is none. */
  Optional<Path> path(String key) {
    String text = text(key, "a path in double quotes, or \"\"", ValueReader::isPath);
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  /** A constant, written in kebab-case. */
  <E extends Enum<E>> E oneOf(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    List<String> names = Arrays.stream(constants).map(ValueReader::name).toList();
    return constants[names.indexOf(oneOf(key, names))];
  }

  /** One of some names; any, if no part of this kind is on the class path ({@link Parts}). */
  String oneOf(String key, List<String> names) {
    Object found = value(key).unwrapped();
    if (found instanceof String text) {
      if (names.isEmpty() || names.contains(text)) {
        return text;
      }
      List<String> nearest = Nearest.of(text, names);
      String hint = nearest.isEmpty() ? "" : " (did you mean " + either(nearest) + "?)";
      report(key, either(names) + hint);
    } else {
      report(key, either(names));
    }
    return names.stream().findFirst().orElse("");
  }

  /** Where the value of a key was written. */
  Place place(String key) {
    return Place.of(value(key).origin());
  }

  /** How a constant is written in settings. */
  static String name(Enum<?> constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names as "a, b or c". */
  static String either(List<String> names) {
    return list(names, "or");
  }

  /** The names with commas between, and a word before the last. */
  static String list(List<String> names, String word) {
    String list = String.join(", ", names);
    int last = list.lastIndexOf(", ");
    return last < 0 ? list : list.substring(0, last) + " " + word + list.substring(last + 1);
  }

  private void report(String key, String allowed) {
    problems.addValue(key, place(key), key + " is " + found(key) + "; allowed: " + allowed);
  }

  private String found(String key) {
    ConfigValue value = value(key);
    if (key.endsWith(".token")) {
      return "not usable (its value is not shown)";
    }
    return switch (value.valueType()) {
      case STRING -> quoted((String) value.unwrapped());
      case NUMBER -> config.getString(key);
      case LIST -> "a list";
      case OBJECT -> "a section";
      case NULL -> "null";
      case BOOLEAN -> value.unwrapped().toString();
    };
  }

  private static String quoted(String text) {
    String shown = text.length() > LONGEST_FOUND ? text.substring(0, LONGEST_FOUND) + "..." : text;
    String hint = text.matches(ANY_NUMBER) ? " (a text; numbers have no quotes)" : "";
    return ConfigUtil.quoteString(shown) + hint;
  }

  private static boolean isPath(String text) {
    try {
      return text.isEmpty() || !Path.of(text).toString().isBlank();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private ConfigValue value(String key) {
    return value(config, key);
  }

  /** The value of a key that exists; unlike {@link Config#getValue} this also finds a null. */
  static ConfigValue value(Config config, String key) {
    ConfigObject section = config.root();
    List<String> names = ConfigUtil.splitPath(key);
    for (String name : names.subList(0, names.size() - 1)) {
      section = (ConfigObject) section.get(name);
    }
    return section.get(names.get(names.size() - 1));
  }
}
