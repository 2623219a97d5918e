package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The scores of a run by evaluated steps; of a step that was evaluated twice the last ones. */
final class ScoreTable {
  private static final int MOST_NAMES = 64;
  private static final int MOST_ROWS = 1 << 16;

  /**
   * The scores of a step.
   *
   * @param seconds in training until they were there
   */
  record Row(double seconds, Map<String, Double> scores) {}

  private final NavigableMap<Long, Row> rows = new TreeMap<>();
  private final Set<String> names = new TreeSet<>();

  /** By steps. */
  NavigableMap<Long, Row> rows() {
    return rows;
  }

  /** The names of all scores. */
  Set<String> names() {
    return names;
  }

  void add(long step, double seconds, JsonNode found) {
    Map<String, Double> scores = new TreeMap<>();
    found
        .properties()
        .forEach(
            score -> {
              boolean known = names.contains(score.getKey());
              if (score.getValue().isNumber() && (known || names.size() < MOST_NAMES)) {
                names.add(score.getKey());
                scores.put(score.getKey(), score.getValue().asDouble());
              }
            });
    if (step >= 0 && (rows.size() < MOST_ROWS || rows.containsKey(step))) {
      rows.put(step, new Row(seconds, scores));
    }
  }

  /** Takes the scores of later steps back. */
  void takeBack(long lastStep) {
    rows.tailMap(lastStep, false).clear();
  }

  void clear() {
    rows.clear();
    names.clear();
  }
}
