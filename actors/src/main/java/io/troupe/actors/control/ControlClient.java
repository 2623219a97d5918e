package io.troupe.actors.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.RunDirectory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;

/** Asks the daemon of a run directory over HTTP. */
public final class ControlClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(10);

  private final RunDirectory directory;
  private final URI address;
  private final Optional<String> token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private ControlClient(RunDirectory directory, URI address, Optional<String> token) {
    this.directory = directory;
    this.address = address;
    this.token = token;
  }

  /**
   * A client of the daemon that holds a run directory.
   *
   * @param token what to bear, if the daemon asks for it
   * @throws ControlException if no daemon runs there, or none that can be reached yet
   */
  public static ControlClient of(RunDirectory directory, Optional<String> token)
      throws ControlException {
    try {
      if (DaemonProcess.find(directory).isEmpty()) {
        throw noDaemon(directory, null);
      }
      String url = Files.readString(directory.url()).strip();
      return new ControlClient(directory, URI.create(url), token);
    } catch (NoSuchFileException e) {
      throw new ControlException(
          "the daemon on %s is still starting; try again in a moment, or look at %s"
              .formatted(directory.root(), directory.log()),
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ControlException("cannot read %s: %s".formatted(directory.url(), e), e);
    }
  }

  /** Where the daemon listens. */
  public URI address() {
    return address;
  }

  /** The run's status as {@code GET /api/v1/status} gives it. */
  public JsonNode status() throws ControlException, InterruptedException {
    return json(send("GET", "/api/v1/status", STATUS_TIMEOUT));
  }

  /** Whether the run is running or paused. */
  public boolean ready() throws ControlException, InterruptedException {
    return send("GET", "/-/ready", STATUS_TIMEOUT).statusCode() == 200;
  }

  /**
   * Gives a command: {@code POST /api/v1/NAME}.
   *
   * @param name e.g. {@code pause} or {@code evaluate?wait=true}
   * @param timeout how long the daemon may take
   * @return the answer, with the step and a message
   */
  public JsonNode command(String name, Duration timeout)
      throws ControlException, InterruptedException {
    return json(send("POST", "/api/v1/" + name, timeout));
  }

  private HttpResponse<String> send(String method, String path, Duration timeout)
      throws ControlException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(timeout)
            .method(method, BodyPublishers.noBody());
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw noDaemon(directory, e);
    } catch (HttpTimeoutException e) {
      throw new ControlException(
          "the daemon at %s did not answer within %d s; look at %s"
              .formatted(address, timeout.toSeconds(), directory.log()),
          e);
    } catch (IOException e) {
      throw new ControlException(
          "the daemon at %s broke off: %s; look at %s"
              .formatted(address, e.getMessage(), directory.log()),
          e);
    }
  }

  private JsonNode json(HttpResponse<String> response) throws ControlException {
    JsonNode body;
    try {
      body = Json.mapper().readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new ControlException(
          "what listens at %s is no Troupe daemon: it answered %d without JSON"
              .formatted(address, response.statusCode()),
          e);
    }
    if (response.statusCode() / 100 == 2) {
      return body;
    }
    if (response.statusCode() == 401) {
      throw new ControlException(
          "the daemon at %s asks for its token; set the environment variable".formatted(address)
              + " TROUPE_CONTROL_TOKEN as for the daemon");
    }
    String detail = body.path("detail").asText("HTTP " + response.statusCode());
    throw new ControlException(
        body.has("step") ? "step %d: %s".formatted(body.get("step").asLong(), detail) : detail);
  }

  private static ControlException noDaemon(RunDirectory directory, Throwable cause) {
    String last;
    try {
      last =
          DaemonProcess.lastPid(directory).stream()
              .mapToObj(" (its last process was %d)"::formatted)
              .findFirst()
              .orElse("");
    } catch (IOException e) {
      last = " (%s cannot be read)".formatted(directory.pid());
    }
    return new ControlException("no daemon is running on " + directory.root() + last, cause);
  }
}
