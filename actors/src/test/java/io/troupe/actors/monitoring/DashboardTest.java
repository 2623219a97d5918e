package io.troupe.actors.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Grafana dashboard. That the metrics exist is {@link MonitoringTest}'s, that each query can be
 * answered is {@code PrometheusTest}'s.
 */
public class DashboardTest {
  private static final String DATA_SOURCE = "${datasource}";

  private static JsonNode dashboard;

  @BeforeAll
  static void read() throws Exception {
    dashboard = dashboard();
  }

  private static JsonNode dashboard() throws Exception {
    Path file = Path.of("..", "config", "monitoring", "grafana", "dashboards", "troupe.json");
    return new ObjectMapper().readTree(Files.readString(file));
  }

  /** All queries of panels and annotations, with Grafana's variables filled in. */
  public static List<String> queries() throws Exception {
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = dashboard();
    dashboard.findValues("expr").forEach(query -> queries.add(filledIn(query.asText())));
    return queries;
  }

  private static String filledIn(String query) {
    return query.replace("$__rate_interval", "1m").replace("$run", ".*");
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }

  private static List<JsonNode> panels() {
    return list(dashboard.get("panels"));
  }

  @Test
  void idsAreUniqueAndNothingOverlaps() {
    assertThat(panels()).extracting(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
    List<String> cells = new ArrayList<>();
    for (JsonNode panel : panels()) {
      JsonNode place = panel.get("gridPos");
      for (int x = 0; x < place.get("w").asInt(); x++) {
        for (int y = 0; y < place.get("h").asInt(); y++) {
          cells.add((place.get("x").asInt() + x) + "," + (place.get("y").asInt() + y));
        }
      }
      assertThat(place.get("x").asInt() + place.get("w").asInt()).isLessThanOrEqualTo(24);
    }
    assertThat(cells).doesNotHaveDuplicates();
  }

  @Test
  void everyQueryAsksTheChosenSourceForTheChosenRuns() {
    assertThat(list(dashboard.at("/templating/list")))
        .extracting(variable -> variable.get("name").asText())
        .containsExactly("datasource", "run");
    assertThat(dashboard.at("/templating/list/1/query/query").asText())
        .isEqualTo("label_values(troupe_run_info, run)");
    List<JsonNode> sources = dashboard.findValues("datasource");
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources)
        .allSatisfy(source -> assertThat(source.get("uid").asText()).isEqualTo(DATA_SOURCE));
    for (JsonNode panel : panels()) {
      for (JsonNode target : list(panel.path("targets"))) {
        String query = target.get("expr").asText();
        if (!query.startsWith("up{")) {
          assertThat(query).contains("troupe_run_info{run=~\"$run\"}");
          assertThat(target.get("legendFormat").asText()).contains("{{run}}");
        }
      }
    }
  }

  /** What {@link RunMetrics#scores} labels scores with. */
  @Test
  void scoresArePartedByDirection() {
    assertThat(query("Scores: lower is better")).startsWith("troupe_score{better=\"lower\"} ");
    assertThat(query("Scores: higher is better")).startsWith("troupe_score{better=\"higher\"} ");
  }

  private static String query(String title) {
    return panels().stream()
        .filter(panel -> panel.get("title").asText().equals(title))
        .map(panel -> panel.at("/targets/0/expr").asText())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void checkpointsRollbacksAndChangesOfSettingsAreMarked() {
    assertThat(list(dashboard.at("/annotations/list")))
        .extracting(annotation -> annotation.get("name").asText())
        .containsExactly("Checkpoints", "Rollbacks", "Settings");
  }

  /** As recording rules they are checked by promtool. */
  @Test
  void promtoolUnderstandsEveryQuery(@TempDir Path folder) throws Exception {
    Promtool.assumeThere();
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    int number = 0;
    for (String query : queries()) {
      rules.append(
          "  - record: dashboard:query%d\n    expr: '%s'\n"
              .formatted(number++, query.replace("'", "''")));
    }
    Path file = Files.writeString(folder.resolve("rules.yml"), rules);
    Promtool.run("", "check", "rules", file.toString());
  }
}
