package io.troupe.actors.cli;

import io.troupe.metrics.Score;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Scores as a table for people: each with its deviation, the values that it may have, and which are
 * better; below it how they were made.
 */
final class ScoreTable {
  private static final String ROW = "%-18s %-11s %-13s %-13s %s";
  private static final String FACT = "%-18s %s";

  private ScoreTable() {}

  /**
   * The table.
   *
   * @param scores by name, numbers; lists, as of the scores of each class, are written below
   * @param protocol how they were made; what is not known is null
   */
  static String render(Map<String, ?> scores, Map<String, ?> protocol) {
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("score", "value", "deviation", "values", "better"));
    scores.keySet().stream()
        .filter(name -> scores.get(name) instanceof Number)
        .map(ScoreName::of)
        .filter(name -> name.kind() != Kind.DEVIATION)
        .forEach(name -> lines.add(row(name, scores)));
    lines.add("");
    scores.forEach(
        (name, value) -> {
          if (value instanceof Collection<?>) {
            lines.add(FACT.formatted(words(name), plain(value)));
          }
        });
    facts(protocol).forEach((name, value) -> lines.add(FACT.formatted(words(name), plain(value))));
    return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n"));
  }

  private static String row(ScoreName name, Map<String, ?> scores) {
    Object deviation = scores.get(name.deviation());
    return ROW.formatted(
        name.label(),
        plain(scores.get(name.name())),
        deviation == null ? "" : "± " + plain(deviation),
        name.score().map(Score::range).orElse(""),
        name.direction().map(direction -> direction + " is better").orElse(""));
  }

  /** The protocol with the numbers of pictures as one sentence before all. */
  private static Map<String, Object> facts(Map<String, ?> protocol) {
    Map<String, Object> facts = new LinkedHashMap<>(protocol);
    facts.values().removeIf(value -> value == null);
    Object fake = facts.remove("fake_images");
    Object real = facts.remove("real_images");
    Object split = facts.remove("split");
    Map<String, Object> ordered = new LinkedHashMap<>();
    if (fake != null) {
      ordered.put(
          "pictures",
          fake
              + " generated"
              + Optional.ofNullable(real).map(number -> ", " + number + " real").orElse("")
              + Optional.ofNullable(split).map(part -> " (" + part + ")").orElse(""));
    }
    ordered.putAll(facts);
    return ordered;
  }

  private static String words(String name) {
    return name.replace('_', ' ');
  }

  private static String plain(Object value) {
    if (value instanceof Collection<?> list) {
      return list.stream().map(ScoreTable::plain).collect(Collectors.joining(" "));
    }
    return value instanceof Double || value instanceof Float
        ? String.format(Locale.ROOT, "%.5g", ((Number) value).doubleValue())
        : value.toString();
  }
}
