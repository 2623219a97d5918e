package io.troupe.actors.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.history.DatasetFacts;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a studio makes of checkpoints. */
@Tag("process")
class StudioJobsTest extends StudioFixture {
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
