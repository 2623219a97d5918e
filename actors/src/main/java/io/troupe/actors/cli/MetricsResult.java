package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.Scores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison found, for people and for programs.
 *
 * @param scores by name
 * @param protocol how they were made
 */
record MetricsResult(Map<String, Object> scores, Map<String, Object> protocol) {
  /** The scores that JSON always has, in this order. */
  private static final List<String> KEYS =
      Metrics.all().stream()
          .flatMap(metric -> metric.scores().stream())
          .flatMap(score -> score.kinds().stream().map(kind -> score.name(Scores.INCEPTION, kind)))
          .toList();

  /** One object; scores that were not asked for are null. */
  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    KEYS.forEach(key -> all.put(key, null));
    all.putAll(scores);
    all.put("protocol", protocol);
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + all, e);
    }
  }

  /** A table of the scores and how they were made; what is not known is left out. */
  String text() {
    return ScoreTable.render(scores, protocol);
  }
}
