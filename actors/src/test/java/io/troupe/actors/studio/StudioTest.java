package io.troupe.actors.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.history.DatasetFacts;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over folders that look like runs, daemons of the test's own, and a launcher of its own. */
@Tag("process")
class StudioTest {

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private Path runs;
  private Studio studio;

  @BeforeEach
  void start() throws Exception {
    runs = Files.createDirectories(folder.resolve("runs"));
    Path launcher = folder.resolve("launcher");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        for word in "$@"; do echo "$word"; done
        case "$*" in *refused*) echo 'troupe: it is complete' >&2; exit 1 ;; esac
        """);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    studio =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            runs,
            new Jobs(Optional.of(launcher.toString())));
  }

  @AfterEach
  void close() throws Exception {
    studio.close();
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private RunDirectory run(String name) throws IOException {
    RunDirectory run = new RunDirectory(Files.createDirectories(runs.resolve(name)));
    Files.writeString(
        run.config(), SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of())));
    Files.writeString(
        run.events(),
        """
        {"time":"2026-01-02T03:04:05Z","event":"started","step":0}
        {"time":"2026-01-02T03:04:09Z","event":"stopped","step":7}
        """);
    Files.createDirectories(run.checkpoints());
    Files.writeString(run.checkpoints().resolve("step-000000007.ckpt"), "7");
    return run;
  }

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

  private void hold(RunDirectory run, String url) throws IOException {
    open.add(RunLock.tryLock(run).orElseThrow());
    Files.writeString(run.id(), "id-" + run.name() + "\n");
    Files.writeString(run.url(), url + "\n");
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    // On a connection of its own: after an address that is none, Jetty closes without saying so.
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(studio.address() + path))
                .timeout(Duration.ofMinutes(1))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response = send("GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.mapper().readTree(response.body());
  }

  private static String detail(HttpResponse<String> response) throws IOException {
    return Json.mapper().readTree(response.body()).path("detail").asText();
  }

  private JsonNode endedJob(String run, String id) throws Exception {
    while (true) {
      for (JsonNode job : get("/api/v1/runs/" + run + "/jobs").path("jobs")) {
        if (job.path("job").asText().equals(id) && !job.path("state").asText().equals("running")) {
          return job;
        }
      }
      Thread.sleep(20);
    }
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

  @Test
  void jobsAreTheCommandsOfTheirRunsCheckpoint() throws Exception {
    RunDirectory run = run("a");
    Path checkpoint = run.checkpoints().resolve("step-000000007.ckpt");
    HttpResponse<String> taken =
        send(
            "POST",
            "/api/v1/runs/a/checkpoints/7/sample",
            "{\"class\": \"@../fish x\", \"truncation\": 0.5, \"count\": 9, \"seed\": 4}");
    assertThat(taken.statusCode()).isEqualTo(202);
    JsonNode job = endedJob("a", Json.mapper().readTree(taken.body()).path("job").asText());
    String picture = "step-000000007--fish-x-9-t0.5-seed4.png";
    assertThat(job.path("message").asText().lines())
        .containsExactly(
            "sample",
            checkpoint.toString(),
            "--grid",
            "--force",
            "--count=9",
            "--class=@../fish x",
            "--truncation=0.5",
            "--seed=4",
            "--out=" + run.pictures().resolve(picture));
    assertThat(job.path("file").asText()).isEqualTo("/api/v1/runs/a/pictures/" + picture);

    taken = send("POST", "/api/v1/runs/a/checkpoints/7/export", "{\"format\": \"npz\"}");
    job = endedJob("a", Json.mapper().readTree(taken.body()).path("job").asText());
    assertThat(job.path("message").asText().lines())
        .contains("export", "--format=npz", "--network=generator", "--ema");
    Files.writeString(run.exports().resolve("step-000000007-generator-ema.npz"), "numbers");
    assertThat(send("GET", job.path("file").asText(), "").body()).isEqualTo("numbers");
    taken = send("POST", "/api/v1/runs/a/checkpoints/7/export", "{\"format\": \"samediff\"}");
    job = endedJob("a", Json.mapper().readTree(taken.body()).path("job").asText());
    assertThat(job.path("message").asText()).contains("--format=samediff", "generator-ema.fb");

    taken =
        send(
            "POST",
            "/api/v1/runs/a/checkpoints/7/branch",
            "{\"name\": \"a-b\", \"settings\": {\"training.steps\": 50, \"dataset.path\": \"x y\"}}");
    job = endedJob("a", Json.mapper().readTree(taken.body()).path("job").asText());
    assertThat(job.path("message").asText().lines())
        .containsExactly(
            "start",
            "--from=" + checkpoint,
            "--run-dir=" + runs.resolve("a-b"),
            "--set=training.steps=50",
            "--set=dataset.path=\"x y\"");
    assertThat(job.path("made_run").isNull()).as("there is no such run").isTrue();
    run("a-b");
    // It is looked for a few times a second.
    while (job.path("made_run").isNull()) {
      job = endedJob("a", job.path("job").asText());
    }
    assertThat(job.path("made_run").asText()).isEqualTo("a-b");
  }

  @Test
  void whatCannotBeMadeIsRefusedBeforeAnythingRuns() throws Exception {
    run("a");
    requireRefusal("checkpoints/8/sample", "{}", 404, "no checkpoint of step 8");
    requireRefusal("checkpoints/-7/sample", "{}", 400, "is no step");
    requireRefusal("checkpoints/x/export", "{}", 400, "is no step");
    requireRefusal(
        "checkpoints/7/export",
        "{\"format\": \"exe\"}",
        400,
        "allowed: safetensors, npz, onnx, samediff, pytorch");
    requireRefusal(
        "checkpoints/7/export",
        "{\"network\": \"discriminator\", \"values\": \"ema\"}",
        400,
        "raw");
    requireRefusal("checkpoints/7/export", "{\"out\": \"/etc/x\"}", 400, "\"out\": found");
    requireRefusal("checkpoints/7/branch", "{}", 400, "the name of a new folder");
    requireRefusal("checkpoints/7/branch", "{\"name\": \"../b\"}", 400, "the name of a new folder");
    requireRefusal("checkpoints/7/branch", "{\"name\": \".b\"}", 400, "the name of a new folder");
    requireRefusal("checkpoints/7/branch", "{\"name\": \"b/c\"}", 400, "the name of a new folder");
    requireRefusal("checkpoints/7/branch", "{\"name\": \"a\"}", 409, "choose another name");
    requireRefusal(
        "checkpoints/7/branch",
        "{\"name\": \"b\", \"settings\": {\"x y\": 1}}",
        400,
        "a setting's key");
    requireRefusal(
        "checkpoints/7/branch",
        "{\"name\": \"b\", \"settings\": {\"x\": []}}",
        400,
        "a setting's key");
    requireRefusal(
        "checkpoints/7/branch", "{\"name\": \"b\", \"settings\": 3}", 400, "an object of settings");
    assertThat(get("/api/v1/runs/a/jobs").path("jobs")).isEmpty();
  }

  @Test
  void picturesThatCannotBeMeantAreRefusedBeforeAnythingRuns() throws Exception {
    RunDirectory run = run("a");
    String sample = "checkpoints/7/sample";
    requireRefusal(sample, "{\"class\": \"--out=x\"}", 400, "give the number of the class");
    new DatasetFacts(List.of("cat", "--out=x"), 32, 10).write(run);
    for (String count : List.of("1e9", "1000000000", "-1", "0", "1025")) {
      requireRefusal(sample, "{\"count\": " + count + "}", 400, "a whole number from 1 to 1024");
    }
    for (String truncation : List.of("-3", "0", "1.01")) {
      requireRefusal(
          sample, "{\"truncation\": " + truncation + "}", 400, "a number from 0.01 to 1");
    }
    requireRefusal(sample, "{\"class\": 2}", 400, "the classes are 0 cat, 1 --out=x");
    assertThat(get("/api/v1/runs/a/jobs").path("jobs")).isEmpty();

    HttpResponse<String> taken =
        send("POST", "/api/v1/runs/a/" + sample, "{\"class\": \"--out=x\"}");
    JsonNode job = endedJob("a", Json.mapper().readTree(taken.body()).path("job").asText());
    assertThat(job.path("message").asText().lines())
        .contains("--class=1")
        .doesNotContain("--class=--out=x");
    assertThat(job.path("text").asText()).isEqualTo("64 pictures of --out=x, step 7");
  }

  @Test
  void whoIsNotAnsweredYetIsToldThatTheStudioEnds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      hold(run("a"), "http://127.0.0.1:" + silent.getLocalPort());
      CompletableFuture<HttpResponse<String>> open =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return send("POST", "/api/v1/runs/a/evaluate?wait=true", "");
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      silent.accept();

      studio.close();

      HttpResponse<String> answer = open.get(1, TimeUnit.MINUTES);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(detail(answer)).contains("is ending");
    }
  }

  private void requireRefusal(String path, String body, int code, String says) throws Exception {
    HttpResponse<String> refused = send("POST", "/api/v1/runs/a/" + path, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(code);
    assertThat(detail(refused)).contains(says);
  }

  @Test
  void anExportIsKeptUnderItsName() throws Exception {
    RunDirectory run = run("a");
    String name = "a \"b\"; filename=x ä%41.npz";
    Files.createDirectories(run.exports());
    Files.writeString(run.exports().resolve(name), "numbers");
    String encoded = "a%20%22b%22%3B%20filename%3Dx%20%C3%A4%2541.npz";
    HttpResponse<String> sent = send("GET", "/api/v1/runs/a/exports/" + encoded, "");
    assertThat(sent.body()).isEqualTo("numbers");
    assertThat(sent.headers().firstValue("Content-Disposition"))
        .contains(
            "attachment; filename=\"a _b_; filename=x __41.npz\"; filename*=UTF-8''" + encoded);
  }

  @Test
  void anExportIsNoOtherFileOfTheRun() throws Exception {
    RunDirectory run = run("a");
    Files.createDirectories(run.exports());
    Files.createSymbolicLink(run.exports().resolve("link"), run.config());
    for (String name : List.of("..%2Fconfig.conf", "link", "config.conf", "%2e%2e")) {
      assertThat(send("GET", "/api/v1/runs/a/exports/" + name, "").statusCode())
          .as(name)
          .isIn(400, 404);
    }
  }
}
