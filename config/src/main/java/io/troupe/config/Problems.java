package io.troupe.config;

import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects everything that is wrong while settings are loaded, to report it all at once. */
final class Problems {
  private static final int MOST_CHARACTERS = 500;

  private record Problem(Place place, String text) {}

  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();

  /** A problem at a place. */
  void add(Place place, String text) {
    problems.add(new Problem(place, text));
  }

  /** A problem with a key's value; rules that involve several keys then skip this one. */
  void addValue(String key, Place place, String text) {
    keys.add(key);
    add(place, text);
  }

  /**
   * A problem that the HOCON library found.
   *
   * @param place used if the library does not say where
   */
  void add(Place place, ConfigException e) {
    boolean syntax =
        e instanceof ConfigException.Parse
            && !(e instanceof ConfigException.UnresolvedSubstitution);
    Place origin = e.origin() == null ? place : Place.of(e.origin());
    add(origin, (syntax ? "not valid HOCON: " : "") + text(e));
  }

  /**
   * A problem that the HOCON library found when a layer was merged onto others. It may name the
   * place of a value below, which is not where the mistake is.
   */
  void addMerged(Place layer, ConfigException e) {
    if (e.origin() == null || Place.of(e.origin()).source().equals(layer.source())) {
      add(layer, e);
    } else {
      add(layer, "it does not go with %s: %s".formatted(Place.of(e.origin()), text(e)));
    }
  }

  private static String text(ConfigException e) {
    String text = e.getMessage();
    String prefix = e.origin() == null ? "" : e.origin().description() + ": ";
    return shortened(
        (text.startsWith(prefix) ? text.substring(prefix.length()) : text).replace('\n', ' '));
  }

  /** The library quotes what it found, and that may be the whole file. */
  private static String shortened(String line) {
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + " ...";
  }

  /** Whether any of the keys has a problem already. */
  boolean concern(String... anyOf) {
    return Set.of(anyOf).stream().anyMatch(keys::contains);
  }

  /**
   * Ends the load if there was any problem.
   *
   * @throws SettingsException with all problems, together for each source and in line order
   */
  void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    List<String> sources = problems.stream().map(problem -> problem.place().source()).toList();
    Comparator<Problem> order =
        Comparator.<Problem>comparingInt(problem -> sources.indexOf(problem.place().source()))
            .thenComparingInt(problem -> problem.place().line())
            .thenComparing(Problem::text);
    throw new SettingsException(
        problems.stream().sorted(order).map(p -> p.place() + ": " + p.text()).toList());
  }
}
