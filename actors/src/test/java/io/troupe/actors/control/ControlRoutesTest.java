package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Trouble;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("protocol")
final class ControlRoutesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(KIT, folder, Optional.empty());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void statusIsJsonWithNullsForWhatIsAbsent() throws Exception {
    server.daemon.status =
        FakeDaemon.status(
            RunState.PAUSED,
            Instant.parse("2026-01-02T03:04:05Z"),
            Optional.empty(),
            List.of(
                new Trouble(
                    Helper.BEST_CHECKPOINT,
                    "disk full",
                    Instant.parse("2026-01-02T03:04:06Z"),
                    2,
                    false)));

    HttpResponse<String> response = server.get("/api/v1/status");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"version\":\"1.2\",\"pid\":4711,\"preset\":\"demo\","
                + "\"precision\":\"mixed, native\",\"run_directory\":\"runs/demo\","
                + "\"state\":\"paused\",\"step\":12,\"steps\":100,\"epoch\":3,\"batch\":32,"
                + "\"micro_batch\":8,"
                + "\"images_per_second\":null,\"seconds_per_step\":0.25,\"elapsed_seconds\":3.0,"
                + "\"remaining_seconds\":22.0,\"finishes_at\":\"2026-01-02T03:04:27Z\","
                + "\"discriminator_loss\":1.5,\"generator_loss\":null,"
                + "\"scores\":{\"fd_random\":4.25},\"score_step\":10,\"checkpoint_step\":null,"
                + "\"grid_step\":null,\"evaluating\":false,\"evaluation_share\":null,\"rollbacks\":1,"
                + "\"started_at\":\"2026-01-02T03:04:05Z\",\"last_step_at\":null,\"failure\":null,"
                + "\"troubles\":[{\"helper\":\"best-checkpoint\","
                + "\"since\":\"2026-01-02T03:04:06Z\",\"failures\":2,\"cause\":\"disk full\"}],"
                + "\"device_memory\":{\"device\":\"cuda:1\",\"free_bytes\":5,\"planned_bytes\":4,"
                + "\"kept_bytes\":3,\"crossed_bytes\":2},"
                + "\"daemon\":\"id-of-the-test\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "pause,Pause,200",
    "resume,Resume,200",
    "evaluate,Evaluate,202",
    "evaluate?wait=true,Evaluate,200",
    "evaluate?cancel=true,CancelEvaluation,200",
    "checkpoint,Checkpoint,200",
    "sample,Sample,200",
    "stop,Stop,200"
  })
  void commandsReachTheDaemonAndAnswerWithTheStep(String path, String command, int code)
      throws Exception {
    HttpResponse<String> response = server.send("POST", "/api/v1/" + path, "");

    assertThat(server.daemon.heard.take().getClass().getSimpleName()).isEqualTo(command);
    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.body()).isEqualTo("{\"step\":7,\"message\":\"done\",\"file\":\"x.png\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pause", "resume", "evaluate", "evaluate?cancel=true", "checkpoint", "stop"})
  void aBodyThatNothingIsDoneWithIsRefused(String path) throws Exception {
    assertProblem(server.send("POST", "/api/v1/" + path, "{\"wait\": true}"), 400, "has a body");
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void aRunIsCommandedByItsNameTooAndNoOtherIs() throws Exception {
    String run = "/api/v1/runs/" + folder.getFileName();
    assertThat(server.send("POST", run + "/pause", "").statusCode()).isEqualTo(200);
    assertThat(server.daemon.heard.take()).isInstanceOf(RunCommand.Pause.class);
    assertThat(server.send("PATCH", run + "/settings", "{\"evaluation.every\": 5}").statusCode())
        .isEqualTo(200);
    assertThat(server.daemon.heard.take()).isInstanceOf(RunCommand.ChangeSettings.class);

    for (String other : List.of("other", "..", "%2e%2e", folder.getFileName() + "x")) {
      HttpResponse<String> response = server.send("POST", "/api/v1/runs/" + other + "/stop", "");
      assertThat(response.statusCode()).as(other).isIn(400, 404);
    }
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void anEmptyBodyAsksForAGridAndAnObjectForPictures() throws Exception {
    server.send("POST", "/api/v1/sample", "");
    server.send("POST", "/api/v1/sample", "{}");
    server.send(
        "POST",
        "/api/v1/sample",
        "{\"class\": 3, \"truncation\": 0.5, \"count\": null, \"seed\": -7}");

    assertThat(server.daemon.heard)
        .map(command -> ((RunCommand.Sample) command).order())
        .containsExactly(
            Optional.empty(),
            Optional.of(
                new PictureOrder(
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty())),
            Optional.of(
                new PictureOrder(
                    Optional.of("3"),
                    OptionalDouble.of(0.5),
                    OptionalInt.empty(),
                    OptionalLong.of(-7))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"label\": 3} | \"label\": found 3; allowed: class, truncation, count, seed.",
        "{\"class\": 1.5} | \"class\": found 1.5; allowed: a name or a number.",
        "{\"truncation\": \"a\"} | \"truncation\": found \"a\"; allowed: a number",
        "{\"count\": 1e9} | \"count\": found 1.0E9; allowed: a whole number from 1 to 1024.",
        "{\"count\": 99999999999} | \"count\": found 99999999999",
        "{\"seed\": true} | \"seed\": found true; allowed: a whole number.",
        "[] | not a JSON object",
        "{ | not JSON",
      })
  void picturesThatCannotBeMeantAreBadRequests(String body, String says) throws Exception {
    HttpResponse<String> response = server.send("POST", "/api/v1/sample", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(response).get("detail").asText()).contains(says);
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void evaluatingWaitsForTheScoresOnlyIfAsked() throws Exception {
    server.send("POST", "/api/v1/evaluate", "");
    server.send("POST", "/api/v1/evaluate?wait=true", "");

    assertThat(server.daemon.heard)
        .map(command -> ((RunCommand.Evaluate) command).untilDone())
        .containsExactly(false, true);
  }

  @Test
  void aRefusalIsAConflictWithTheStep() throws Exception {
    server.daemon.answer = new RunAnswer.Refused(9, "already paused");

    HttpResponse<String> response = server.send("POST", "/api/v1/pause", "");

    assertProblem(response, 409, "already paused");
    assertThat(TestServer.json(response).get("step").asLong()).isEqualTo(9);
  }

  @Test
  void whatIsWrongInAnyStateIsABadRequest() throws Exception {
    server.daemon.answer = new RunAnswer.Invalid(9, "evaluation.every is -1");

    HttpResponse<String> response =
        server.send("PATCH", "/api/v1/settings", "{\"evaluation.every\": -1}");

    assertProblem(response, 400, "evaluation.every is -1");
    assertThat(TestServer.json(response).get("step").asLong()).isEqualTo(9);
  }

  @Test
  void settingsBecomeOverrides() throws Exception {
    HttpResponse<String> response =
        server.send(
            "PATCH",
            "/api/v1/settings",
            "{\"evaluation.every\": 500, \"evaluation.batch-norm\": \"running\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(((RunCommand.ChangeSettings) server.daemon.heard.take()).overrides())
        .isEqualTo(List.of("evaluation.every=500", "evaluation.batch-norm=\"running\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[1]", "{}", "{\"a\": [1]}", "{\"a\": {\"b\": 1}}", "{\"a=1\\nb\": 2}"})
  void otherBodiesThanSettingsAreBadRequests(String body) throws Exception {
    assertProblem(server.send("PATCH", "/api/v1/settings", body), 400, "");
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void bodiesOver64KibAreRefusedWithOrWithoutALength() throws Exception {
    String body = "{\"a\": \"" + "x".repeat(64 * 1024) + "\"}";
    assertProblem(server.send("PATCH", "/api/v1/settings", body), 413, "65536");

    HttpRequest chunked =
        HttpRequest.newBuilder(server.address.resolve("/api/v1/settings"))
            .method(
                "PATCH",
                HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(body)))
            .build();
    assertProblem(TestServer.HTTP.send(chunked, BodyHandlers.ofString()), 413, "65536");
    assertThat(server.daemon.heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/",
    "GET,/metrics",
    "GET,/-/healthy",
    "POST,/api/v1/pause",
    "GET,/nowhere",
    "GET,/api/v1/pause"
  })
  void everyAnswerBearsTheDaemonsIdentity(String method, String path) throws Exception {
    assertThat(server.send(method, path, "").headers().firstValue("Troupe-Daemon"))
        .contains(TestServer.ID);
  }

  @Test
  void aCommandForAnotherDaemonIsRefused() throws Exception {
    HttpResponse<String> response =
        server.send("POST", "/api/v1/stop", "", "Troupe-Daemon", "another");

    assertProblem(response, 412, folder.toString());
    assertThat(server.daemon.heard).isEmpty();
    assertThat(server.send("POST", "/api/v1/stop", "", "Troupe-Daemon", TestServer.ID).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anUnknownPathIsAProblem() throws Exception {
    assertProblem(server.get("/api/v2/status"), 404, "/api/v2/status");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/runs/%00/pause", "/api/v1/runs/a%2Fb", "/api/v1/%zz"})
  void whatTheServerRefusesByItselfIsAProblemToo(String path) throws Exception {
    try (Socket socket = new Socket(server.address.getHost(), server.address.getPort())) {
      String request = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.formatted(path).getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer)
          .containsPattern("^HTTP/1.1 40[045] ")
          .contains("Content-Type: application/problem+json", "Troupe-Daemon: " + TestServer.ID)
          .contains("\"type\":\"about:blank\"")
          .doesNotContain("<html");
    }
  }

  @Test
  void aWrongMethodIsAProblemThatNamesTheRightOne() throws Exception {
    HttpResponse<String> response = server.get("/api/v1/pause");

    assertProblem(response, 405, "POST");
    assertThat(response.headers().firstValue("Allow")).contains("POST");
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void aDaemonThatDoesNotAnswerIsATimeout() throws Exception {
    KIT.stop(server.daemonRef);

    assertProblem(server.send("POST", "/api/v1/pause", ""), 504, "did not answer");
    assertProblem(server.get("/api/v1/status"), 504, "did not answer");
  }

  @Test
  void anAnswerThatFailsToRenderIsAnInternalError() throws Exception {
    server.daemon.answer = new RunAnswer.Done(1, "done", Map.of("broken", new Broken()));

    assertProblem(server.send("POST", "/api/v1/pause", ""), 500, "log");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String detail)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = TestServer.json(response);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asText()).isEqualTo("about:blank");
    assertThat(problem.get("title").asText()).isNotEmpty();
    assertThat(problem.get("detail").asText()).isNotEmpty().contains(detail);
  }

  private static final class Broken {
    @Override
    public String toString() {
      throw new IllegalStateException("cannot be shown");
    }
  }
}
