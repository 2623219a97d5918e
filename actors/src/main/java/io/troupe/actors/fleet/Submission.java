package io.troupe.actors.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody asks a fleet to train.
 *
 * @param name of the run, or what the names of a sweep's runs begin with
 * @param settings that all runs have, each KEY=VALUE
 * @param swept values by the keys of settings; a run for each combination
 * @param halving which of a sweep's runs go on
 */
record Submission(
    String name,
    String preset,
    List<String> settings,
    Map<String, List<String>> swept,
    int priority,
    Optional<Halving> halving) {
  /** Runs of one sweep. */
  static final int MOST_RUNS = 1000;

  /** Of all settings and values together; they are sent often, and frames are small. */
  static final int MOST_CHARACTERS = 20_000;

  /**
   * A run that is asked for.
   *
   * @param settings each KEY=VALUE
   */
  record Wanted(String name, String preset, List<String> settings, int priority) {}

  Submission {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "the name \"%s\" is not one to a hundred letters, digits, \".\", \"_\" and \"-\""
              .formatted(name));
    }
    int characters =
        Stream.concat(settings.stream(), swept.values().stream().flatMap(List::stream))
            .mapToInt(String::length)
            .sum();
    if (characters > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "the settings have %d characters; at most %d".formatted(characters, MOST_CHARACTERS));
    }
    if (swept.isEmpty() && halving.isPresent()) {
      throw new IllegalArgumentException("halving compares the runs of a sweep; add --sweep");
    }
    swept.forEach(
        (key, values) -> {
          if (values.isEmpty() || values.stream().distinct().count() < values.size()) {
            throw new IllegalArgumentException(
                "the values of %s to sweep over are %s; name each once".formatted(key, values));
          }
        });
    long runs = swept.values().stream().mapToLong(List::size).reduce(1, Submission::product);
    if (runs > MOST_RUNS) {
      throw new IllegalArgumentException(
          "the sweep has %d runs; at most %d".formatted(runs, MOST_RUNS));
    }
  }

  /** Whether a text may be the name of a run or a sweep, and so of a file. */
  static boolean isName(String text) {
    return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  }

  private static long product(long a, long b) {
    return a * b > MOST_RUNS ? MOST_RUNS + 1 : a * b;
  }

  /** The sweep, if it is one. */
  Optional<Sweep> sweep() {
    return swept.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sweep(name, List.copyOf(swept.keySet()), halving, Map.of(), false));
  }

  /** The runs; the values of the last key change first. */
  List<Wanted> runs() {
    List<List<String>> combinations = new ArrayList<>(List.of(settings));
    for (Map.Entry<String, List<String>> key : new LinkedHashMap<>(swept).entrySet()) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> combination : combinations) {
        for (String value : key.getValue()) {
          List<String> with = new ArrayList<>(combination);
          with.add(key.getKey() + "=" + value);
          longer.add(with);
        }
      }
      combinations = longer;
    }
    if (swept.isEmpty()) {
      return List.of(new Wanted(name, preset, settings, priority));
    }
    List<Wanted> wanted = new ArrayList<>();
    String form = "%s-%0" + Integer.toString(combinations.size()).length() + "d";
    for (List<String> combination : combinations) {
      wanted.add(
          new Wanted(
              String.format(Locale.ROOT, form, name, wanted.size() + 1),
              preset,
              combination,
              priority));
    }
    return wanted;
  }
}
