package io.troupe.actors.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.run.RunDirectory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a studio says of runs, and hands on to their daemons. */
@Tag("process")
class StudioTest extends StudioFixture {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** Somebody who holds a run and answers with its identity. */
  private void daemon(RunDirectory run, int status, String answer) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          if (!request.endsWith("/status")) {
            heard.add((request + " " + body).strip());
          }
          exchange.getResponseHeaders().set("Troupe-Daemon", "id-" + run.name());
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    open.add(() -> server.stop(0));
    hold(run, "http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void listsWhatLivesAndWhatHasEndedAndAsksTheLiving() throws Exception {
    run("a");
    daemon(run("sweeps/b"), 200, "{\"state\":\"paused\",\"step\":41,\"steps\":100}");

    JsonNode list = get("/api/v1/runs");

    assertThat(list.path("studio").asBoolean()).isTrue();
    assertThat(list.path("runs").findValuesAsText("run")).containsExactly("a", "sweeps~b");
    assertThat(list.path("runs").findValuesAsText("state")).containsExactly("stopped", "paused");
    assertThat(list.path("runs").get(1).path("step").asLong()).isEqualTo(41);
    assertThat(get("/api/v1/runs/sweeps~b").path("status").path("steps").asLong()).isEqualTo(100);
    assertThat(send("GET", "/", "").body()).contains("<html");
  }

  @Test
  void whatAStartIsAtIsShown() throws Exception {
    daemon(
        run("a"),
        503,
        "{\"status\":503,\"detail\":\"x\",\"starting\":\"decoded 5 of 9 pictures, about 4 s left\"}");
    daemon(run("b"), 503, "{\"status\":503,\"detail\":\"too many clients\"}");

    JsonNode runs = get("/api/v1/runs").path("runs");

    assertThat(runs.findValuesAsText("state")).containsOnly("starting");
    assertThat(runs.findValuesAsText("state_text"))
        .containsExactly(
            "Decoded 5 of 9 pictures, about 4 s left.",
            "Its data and networks are being prepared.");
    assertThat(runs.get(0).path("step").asLong()).isEqualTo(7);
  }

  @Test
  void aDaemonThatHangsIsNotWaitedFor() throws Exception {
    run("a");
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(silent);
    for (int i = 0; i < 20; i++) {
      hold(run("hung" + i), "http://127.0.0.1:" + silent.getLocalPort());
    }
    // Each of them alone would take five seconds to be given up.
    assertThat(get("/api/v1/runs").path("runs")).hasSize(21);
    assertThat(get("/api/v1/runs").path("runs")).hasSize(21);
  }

  /** To open a pipe waits for whoever is at its other end. */
  @Test
  void pipesInPlaceOfARunsFilesAreNotWaitedFor() throws Exception {
    List<Path> pipes = new ArrayList<>();
    for (String name :
        List.of(".lock", "daemon.pid", "daemon.crash", "config.conf", "notes.json")) {
      pipes.add(run(name.replace(".", "")).root().resolve(name));
    }
    for (String name : List.of("daemon.url", "daemon.id")) {
      RunDirectory run = run("held-" + name);
      hold(run, "http://127.0.0.1:1");
      pipes.add(run.root().resolve(name));
    }
    for (Path pipe : pipes) {
      Files.deleteIfExists(pipe);
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    }

    assertThat(get("/api/v1/runs").path("runs")).hasSize(7);
    assertThat(detail(send("POST", "/api/v1/runs/lock/pause", ""))).contains("not a regular file");
    assertThat(send("POST", "/api/v1/runs/daemoncrash/pause", "").statusCode()).isEqualTo(409);
  }

  @Test
  void whatADaemonLeftIsNoFileOfAnotherPlace() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Files.createSymbolicLink(run("a").crash(), secret);

    assertThat(send("POST", "/api/v1/runs/a/pause", "").body())
        .contains("no daemon is running")
        .doesNotContain("secret\"")
        .doesNotContain(": secret");
  }

  @Test
  void commandsAndSettingsGoToTheDaemonAndItsAnswerComesBack() throws Exception {
    daemon(run("a"), 200, "{\"step\":41,\"message\":\"done\"}");
    HttpResponse<String> paused = send("POST", "/api/v1/runs/a/pause", "");
    assertThat(paused.statusCode()).isEqualTo(200);
    assertThat(paused.body()).isEqualTo("{\"step\":41,\"message\":\"done\"}");
    send("POST", "/api/v1/runs/a/evaluate?cancel=true&x=y", "");
    send("POST", "/api/v1/runs/a/sample", "{\"class\": 3}");
    send("PATCH", "/api/v1/runs/a/settings", "{\"journal.every\": 5}");
    send("GET", "/api/v1/runs/a/company", "");
    assertThat(heard)
        .containsExactly(
            "POST /api/v1/pause",
            "POST /api/v1/evaluate?cancel=true",
            "POST /api/v1/sample {\"class\": 3}",
            "PATCH /api/v1/settings {\"journal.every\": 5}",
            "GET /api/v1/company");
  }

  @Test
  void whatADaemonRefusesIsRefusedInItsWords() throws Exception {
    daemon(run("a"), 409, "{\"detail\":\"the run is stopping\"}");
    daemon(run("b"), 401, "{}");
    HttpResponse<String> refused = send("POST", "/api/v1/runs/a/pause", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(detail(refused)).isEqualTo("the run is stopping");
    HttpResponse<String> asked = send("POST", "/api/v1/runs/b/pause", "");
    assertThat(asked.statusCode()).isEqualTo(502);
    assertThat(detail(asked)).contains("TROUPE_CONTROL_TOKEN");
  }

  @Test
  void withoutADaemonCommandsAreRefusedInWords() throws Exception {
    run("a");
    hold(run("b"), "http://127.0.0.1:1");
    for (String path : List.of("pause", "stop", "sample")) {
      HttpResponse<String> refused = send("POST", "/api/v1/runs/a/" + path, "");
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(detail(refused)).contains("no daemon is running on", "a");
    }
    assertThat(send("GET", "/api/v1/runs/a/company", "").statusCode()).isEqualTo(409);
    HttpResponse<String> lost = send("POST", "/api/v1/runs/b/pause", "");
    assertThat(lost.statusCode()).isEqualTo(502);
    assertThat(detail(lost)).contains("nothing listens at");
  }

  @Test
  void namesOfNoRunLeadNowhere() throws Exception {
    run("a");
    for (String name : List.of("..", "%2e%2e", "a%2F..", "nowhere", "~", "a~..", "%00")) {
      for (String path : List.of("/pause", "/start", "/checkpoints/7/export")) {
        HttpResponse<String> refused = send("POST", "/api/v1/runs/" + name + path, "");
        assertThat(refused.statusCode()).as(name + path).isIn(400, 404);
        assertThat(refused.headers().firstValue("Content-Type"))
            .contains("application/problem+json");
        assertThat(detail(refused)).as(name + path).isNotEmpty();
      }
    }
  }

  @Test
  void aStartIsAnsweredWithWhatTheCommandSays() throws Exception {
    RunDirectory run = run("a");
    run("refused");
    daemon(run("b"), 200, "{}");
    HttpResponse<String> started = send("POST", "/api/v1/runs/a/start", "");
    assertThat(started.statusCode()).isEqualTo(200);
    assertThat(started.body()).contains("--run-dir=" + run.root());
    HttpResponse<String> refused = send("POST", "/api/v1/runs/refused/start", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(detail(refused)).isEqualTo("it is complete");
    HttpResponse<String> lives = send("POST", "/api/v1/runs/b/start", "");
    assertThat(lives.statusCode()).isEqualTo(409);
    assertThat(detail(lives)).contains("living daemon");
  }
}
