package io.troupe.actors.control;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import com.fasterxml.jackson.databind.JsonNode;
import io.prometheus.client.CollectorRegistry;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A control server over a fake daemon, on a free port. */
final class TestServer {
  static final HttpClient HTTP = HttpClient.newHttpClient();

  static final String ID = "id-of-the-test";

  /** How long its run may make no step. */
  static final Duration STALL = Duration.ofMinutes(15);

  final FakeDaemon daemon = new FakeDaemon();
  final CollectorRegistry registry = new CollectorRegistry();
  final ActorRef<RunCommand> daemonRef;
  final ActorRef<ControlServer.Command> server;
  final URI address;
  final Optional<String> certificate;

  /** Its answers may take all cores: nothing is trained. */
  TestServer(ActorTestKit kit, Path folder, Optional<String> token) throws Exception {
    this(kit, folder, token, 1);
  }

  TestServer(ActorTestKit kit, Path folder, Optional<String> token, double share) throws Exception {
    this(kit, folder, new RunSettings.Control("127.0.0.1", 0, token), share);
  }

  TestServer(ActorTestKit kit, Path folder, RunSettings.Control settings, double share)
      throws Exception {
    daemonRef = kit.spawn(daemon.behavior());
    RunHttpServer face =
        RunHttpServer.start(settings, STALL, new RunDirectory(folder), ID, registry, share);
    address = face.address();
    certificate = face.certificateSha256();
    face.attach(daemonRef, kit.scheduler());
    server =
        kit.spawn(
            ControlServer.create(face, daemonRef),
            "control-" + System.nanoTime(),
            DispatcherSelector.blocking());
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    return HTTP.send(request(method, path, body, headers), BodyHandlers.ofString());
  }

  HttpRequest request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return Json.mapper().readTree(response.body());
  }
}
