package io.troupe.actors.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.monitoring.DashboardTest;
import io.troupe.actors.monitoring.Promtool;
import io.troupe.config.RunSettings;
import io.troupe.data.Datasets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus watches a run that breaks. */
@Tag("process")
class PrometheusTest {
  private static final Path MONITORING = Path.of("..", "config", "monitoring");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Futures of alerts by name; Prometheus tells an Alertmanager, which this test plays. */
  private final Map<String, CompletableFuture<Void>> fired = new ConcurrentHashMap<>();

  @TempDir private Path folder;

  @Test
  void theAlertOfAFailedRunFires() throws Exception {
    Promtool.assumeProgram("prometheus");
    RunSettings settings =
        TinyRun.settings(
            "training.steps=1000000",
            "supervision.max-rollbacks=0",
            "supervision.failed-minutes=15",
            "sampling.every=0",
            "journal.every=1000",
            "tensorboard.enabled=false");
    UnreliableDataset dataset =
        new UnreliableDataset(Datasets.open(settings.dataset(), settings.seed()));
    HttpServer alertmanager = alertmanager();
    try (Company company = new Company(settings, dataset, folder.resolve("broken")).save()) {
      company.start();
      int port = freePort();
      Process prometheus = prometheus(port, company.runContext().server().address(), alertmanager);
      try {
        firing("Running").get(1, TimeUnit.MINUTES);
        assertThat(alerts(port)).doesNotContain("TroupeRunFailed");
        for (String query : DashboardTest.queries()) {
          assertThat(ask(port, "query?query=" + URLEncoder.encode(query, UTF_8)).path("status"))
              .as(query)
              .hasToString("\"success\"");
        }
        for (int picture = 0; picture < dataset.size(); picture++) {
          dataset.failing(picture, Integer.MAX_VALUE);
        }
        firing("TroupeRunFailed").get(1, TimeUnit.MINUTES);
        assertThat(alerts(port)).contains("TroupeRunFailed broken");
      } finally {
        prometheus.destroy();
        prometheus.waitFor();
      }
    } finally {
      alertmanager.stop(0);
    }
  }

  private CompletableFuture<Void> firing(String alert) {
    return fired.computeIfAbsent(alert, name -> new CompletableFuture<>());
  }

  private HttpServer alertmanager() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          for (JsonNode alert : JSON.readTree(exchange.getRequestBody().readAllBytes())) {
            firing(alert.at("/labels/alertname").asText()).complete(null);
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  /**
   * With our rules, whose patience is taken from them, and one more that tells of a running run.
   */
  private Process prometheus(int port, URI daemon, HttpServer alertmanager) throws Exception {
    String rules =
        Files.readString(MONITORING.resolve("alerts.yml")).replaceAll("(?m)^ +for: .*\n", "")
            + "      - alert: Running\n"
            + "        expr: troupe_step > 0 and on (run) troupe_run_state{state='running'} == 1\n";
    Files.writeString(folder.resolve("rules.yml"), rules);
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms}
        rule_files: [rules.yml]
        alerting:
          alertmanagers:
            - static_configs: [{targets: ["127.0.0.1:%d"]}]
        scrape_configs:
          - job_name: troupe
            honor_labels: true
            static_configs: [{targets: ["%s"], labels: {run: broken}}]
        """
            .formatted(alertmanager.getAddress().getPort(), daemon.getAuthority()));
    return new ProcessBuilder(
            List.of(
                "prometheus",
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("prometheus"),
                "--web.listen-address=127.0.0.1:" + port))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static JsonNode ask(int port, String question) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + question);
    return JSON.readTree(
        HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
            .body());
  }

  /** Names and runs of the alerts that fire. */
  private static List<String> alerts(int port) throws Exception {
    return ask(port, "alerts").at("/data/alerts").findParents("state").stream()
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(
            alert ->
                alert.at("/labels/alertname").asText() + " " + alert.at("/labels/run").asText())
        .toList();
  }
}
