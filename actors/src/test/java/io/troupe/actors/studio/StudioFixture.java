package io.troupe.actors.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A studio over folders that look like runs, daemons of the test's own, and a launcher of its own.
 */
abstract class StudioFixture {
  @TempDir Path folder;

  final List<AutoCloseable> open = new ArrayList<>();

  Path runs;

  Studio studio;

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

  RunDirectory run(String name) throws IOException {
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

  void hold(RunDirectory run, String url) throws IOException {
    open.add(RunLock.tryLock(run).orElseThrow());
    Files.writeString(run.id(), "id-" + run.name() + "\n");
    Files.writeString(run.url(), url + "\n");
  }

  HttpResponse<String> send(String method, String path, String body) throws Exception {
    // On a connection of its own: after an address that is none, Jetty closes without saying so.
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(studio.address() + path))
                .timeout(Duration.ofMinutes(1))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  JsonNode get(String path) throws Exception {
    HttpResponse<String> response = send("GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.mapper().readTree(response.body());
  }

  static String detail(HttpResponse<String> response) throws IOException {
    return Json.mapper().readTree(response.body()).path("detail").asText();
  }
}
