package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import io.prometheus.client.CollectorRegistry;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunLock;
import io.troupe.config.RunSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
final class ControlServerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final JournalEvent EVENT =
      new JournalEvent(
          Instant.parse("2026-01-02T03:04:05Z"),
          RunEvent.EVALUATION_FINISHED,
          5,
          Map.of("fd", 1.5));

  @TempDir private Path folder;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void thePageNeedsNoOtherHost() throws Exception {
    HttpResponse<String> response = server().get("/");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(response.body())
        .contains("<title>Troupe</title>")
        .doesNotContainPattern("(src|href)=\"(https?:)?//");
  }

  @Test
  void theNewestGridIsThatOfTheHighestStep() throws Exception {
    TestServer server = server();
    assertThat(server.get("/api/v1/samples/latest.png").statusCode()).isEqualTo(404);
    Path samples = Files.createDirectories(folder.resolve("samples"));
    Files.writeString(samples.resolve("step-000000900.png"), "old");
    Files.writeString(samples.resolve("step-000001000.png"), "new");
    Files.writeString(samples.resolve("step-000002000.png.tmp"), "unfinished");

    HttpResponse<String> response = server.get("/api/v1/samples/latest.png");

    assertThat(response.body()).isEqualTo("new");
    assertThat(response.headers().firstValue("Content-Type")).contains("image/png");
  }

  @Test
  void plotsAreListedAndShownByName() throws Exception {
    TestServer server = server();
    assertThat(server.get("/api/v1/plots").body()).isEqualTo("[]");
    Path plots = Files.createDirectories(folder.resolve("metrics"));
    Files.writeString(plots.resolve("tsne.png"), "stars");
    Files.writeString(plots.resolve("loss.png"), "curve");
    Files.writeString(plots.resolve("loss.png.17.tmp"), "unfinished");
    Files.writeString(plots.resolve("metrics.csv"), "step");
    Files.writeString(folder.resolve("secret.png"), "not a plot");

    JsonNode listed = TestServer.json(server.get("/api/v1/plots"));
    assertThat(listed.findValuesAsText("file")).containsExactly("loss.png", "tsne.png");
    assertThat(Instant.parse(listed.get(0).get("drawn_at").asText()))
        .isEqualTo(Files.getLastModifiedTime(plots.resolve("loss.png")).toInstant());

    HttpResponse<String> response = server.get("/api/v1/plots/tsne.png");
    assertThat(response.body()).isEqualTo("stars");
    assertThat(response.headers().firstValue("Content-Type")).contains("image/png");
    for (String other : List.of("fid.png", "metrics.csv", "..%2Fsecret.png")) {
      assertThat(server.get("/api/v1/plots/" + other).body()).doesNotContain("not a plot", "step");
      assertThat(server.get("/api/v1/plots/" + other).statusCode()).isBetween(400, 404);
    }
  }

  @Test
  void requestsAreCountedByRouteAndCode() throws Exception {
    TestServer server = server();
    server.get("/api/v1/status");
    server.get("/api/v1/status");
    server.get("/some/where");
    server.send("POST", "/api/v1/status", "");

    HttpResponse<String> response = server.get("/metrics");

    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body())
        .contains(
            "# TYPE troupe_control_requests_total counter",
            "troupe_control_requests_total{route=\"/api/v1/status\",code=\"200\",} 2.0",
            "troupe_control_requests_total{route=\"other\",code=\"404\",} 1.0",
            "troupe_control_requests_total{route=\"other\",code=\"405\",} 1.0");
  }

  @Test
  void followersGetEventsAsTheyHappen() throws Exception {
    TestServer server = server();
    try (BufferedReader events = follow(server)) {
      server.server.tell(new ControlServer.Publish(EVENT));

      assertThat(events.lines().filter(line -> line.startsWith("data:")).findFirst())
          .contains(
              "data: {\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"evaluation-finished\","
                  + "\"step\":5,\"fd\":1.5}");
    }
  }

  @Test
  void theSeventeenthFollowerIsTurnedAway() throws Exception {
    TestServer server = server();
    List<BufferedReader> followers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      followers.add(follow(server));
    }

    HttpResponse<String> response = server.get("/api/v1/events", "Accept", "text/event-stream");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("16 clients");
    KIT.stop(server.server);
    for (BufferedReader follower : followers) {
      assertThat(follower.lines().filter(line -> line.startsWith("data:"))).isEmpty();
    }
  }

  @Test
  void aCommandThatIsOpenWhenTheServerEndsIsAnsweredInWords() throws Exception {
    TestServer server = server();
    server.daemon.isSilent = true;
    CompletableFuture<HttpResponse<String>> open =
        TestServer.HTTP.sendAsync(
            server.request("POST", "/api/v1/evaluate?wait=true", ""), BodyHandlers.ofString());
    server.daemon.heard.take();

    KIT.stop(server.server);

    HttpResponse<String> answer = open.get(1, TimeUnit.MINUTES);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(TestServer.json(answer).get("detail").asText()).contains("is ending");
  }

  @Test
  void stoppingFreesThePortAndTheMetric() throws Exception {
    TestServer server = server();
    assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);

    KIT.stop(server.server);

    assertThatThrownBy(() -> server.get("/-/ready")).isInstanceOf(ConnectException.class);
    assertThat(server.registry.metricFamilySamples().hasMoreElements()).isFalse();
  }

  @Test
  void aTakenPortIsNamedWithTheWayOut() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start("127.0.0.1", taken.getLocalPort()))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("--port 0")
          .hasMessageContaining("control.port");
    }
  }

  @Test
  void aHostThatOthersReachNeedsAToken() {
    assertThatThrownBy(() -> start("0.0.0.0", 0))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("control.token");
  }

  @Test
  void withoutAPortOfItsOwnATakenOneIsNoHindrance() throws Exception {
    try (ServerSocket taken = takeUsualPort();
        RunHttpServer face = start("127.0.0.1", RunSettings.Control.ANY_PORT)) {
      assertThat(face.address().getPort()).isPositive().isNotEqualTo(8087);
      assertThat(taken == null || taken.isBound()).isTrue();
    }
  }

  /** If it is taken already, that serves the test as well. */
  private static ServerSocket takeUsualPort() throws IOException {
    try {
      return new ServerSocket(8087, 1, InetAddress.getLoopbackAddress());
    } catch (BindException e) {
      return null;
    }
  }

  @Test
  void beforeThereIsADaemonTheRunIsStarting() throws Exception {
    try (RunHttpServer face = start("127.0.0.1", 0)) {
      HttpResponse<String> status = get(face, "/api/v1/status");
      assertThat(status.statusCode()).isEqualTo(503);
      assertThat(status.headers().firstValue("Retry-After")).isPresent();
      assertThat(status.body()).contains("The run is starting");
      assertThat(get(face, "/-/healthy").statusCode()).isEqualTo(200);
      face.starting("decoded 5 of 9 pictures, about 4 s left");
      String progress = "The run is starting: decoded 5 of 9 pictures, about 4 s left.";
      assertThat(get(face, "/-/ready").statusCode()).isEqualTo(503);
      assertThat(get(face, "/-/ready").body()).isEqualTo(progress + "\n");
      assertThat(get(face, "/api/v1/status").body()).contains(progress);
      assertThat(get(face, "/metrics").statusCode()).isEqualTo(200);
      // The page shows it.
      try (RunLock held = RunLock.tryLock(new RunDirectory(folder)).orElseThrow()) {
        assertThat(held).isNotNull();
        JsonNode run =
            Json.mapper().readTree(get(face, "/api/v1/runs/" + folder.getFileName()).body());
        assertThat(run.path("state").asText()).isEqualTo("starting");
        assertThat(run.path("state_text").asText())
            .isEqualTo("Decoded 5 of 9 pictures, about 4 s left.");
        assertThat(run.get("status").isNull()).isTrue();
      }
    }
  }

  private static HttpResponse<String> get(RunHttpServer face, String path) throws Exception {
    return TestServer.HTTP.send(
        HttpRequest.newBuilder(face.address().resolve(path)).build(), BodyHandlers.ofString());
  }

  private RunHttpServer start(String host, int port) throws RunException {
    return RunHttpServer.start(
        new RunSettings.Control(host, port, Optional.empty()),
        Duration.ZERO,
        new RunDirectory(folder),
        TestServer.ID,
        new CollectorRegistry(),
        1);
  }

  private TestServer server() throws Exception {
    return new TestServer(KIT, folder, Optional.empty());
  }

  private static BufferedReader follow(TestServer server) throws Exception {
    HttpResponse<InputStream> response =
        TestServer.HTTP.send(
            server.request("GET", "/api/v1/events", "", "Accept", "text/event-stream"),
            BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    BufferedReader events =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    assertThat(events.readLine()).isEqualTo(": connected");
    return events;
  }
}
