package io.troupe.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks the daemon of a run directory over HTTP. */
public final class ControlClient extends ApiClient {
  private final RunDirectory directory;
  private final String id;

  private ControlClient(
      RunDirectory directory, URI address, String id, Optional<String> token, HttpClient http) {
    super(http, address, token, "the daemon", "Troupe daemon");
    this.directory = directory;
    this.id = id;
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
      if (!RunLock.isHeld(directory)) {
        throw noDaemon(directory);
      }
      URI address = URI.create(RunDirectory.text(directory.url()));
      String id = RunDirectory.text(directory.id());
      HttpClient http =
          "https".equals(address.getScheme())
              ? PinnedClients.of(RunDirectory.text(directory.certificate()), CONNECT_TIMEOUT)
              : PLAIN;
      return new ControlClient(directory, address, id, token, http);
    } catch (NoSuchFileException e) {
      throw new ControlException(
          "the daemon on %s is still starting; try again in a moment, or look at %s"
              .formatted(directory.root(), directory.log()),
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ControlException(
          "cannot read %s and %s: %s".formatted(directory.url(), directory.id(), e), e);
    }
  }

  /** The run's status as {@code GET /api/v1/status} gives it. */
  public JsonNode status() throws ControlException, InterruptedException {
    return json(send("GET", "/api/v1/status", "", AnswerTimes.GLANCE));
  }

  /**
   * Why the run is neither running nor paused; empty if it is.
   *
   * @throws ControlException also if the run has failed
   */
  public Optional<String> unready() throws ControlException, InterruptedException {
    HttpResponse<String> response = send("GET", "/-/ready", "", AnswerTimes.GLANCE);
    if (response.statusCode() != 200 && response.statusCode() != 503) {
      json(response);
    }
    if (response.body().startsWith(HealthRoutes.FAILED)) {
      throw new ControlException(response.body().strip());
    }
    return response.statusCode() == 200 ? Optional.empty() : Optional.of(response.body().strip());
  }

  /** What the run's start is at, in a sentence; empty if it has started. */
  public Optional<String> starting() throws ControlException, InterruptedException {
    String text = send("GET", "/-/ready", "", AnswerTimes.GLANCE).body().strip();
    return Optional.of(text).filter(answer -> answer.startsWith(DaemonGate.STARTING));
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
    return json(send("POST", "/api/v1/" + name, "", timeout));
  }

  /**
   * Gives a command with a body.
   *
   * @param name e.g. {@code sample}
   * @param body what is wanted
   * @param timeout how long the daemon may take
   * @return the answer, with the step and a message
   */
  public JsonNode command(String name, JsonNode body, Duration timeout)
      throws ControlException, InterruptedException {
    return json(send("POST", "/api/v1/" + name, body.toString(), timeout));
  }

  /**
   * Changes settings: {@code PATCH /api/v1/settings}.
   *
   * @param settings keys with their new values
   * @param timeout how long the daemon may take
   * @return the answer, with the step, a message and what changed
   */
  public JsonNode changeSettings(JsonNode settings, Duration timeout)
      throws ControlException, InterruptedException {
    return json(send("PATCH", "/api/v1/settings", settings.toString(), timeout));
  }

  /**
   * Hands a request on without waiting for its answer.
   *
   * @param path with the query
   * @param body JSON, or empty
   * @return the answer as it is, whatever its status; fails with a {@link ControlException}
   */
  public CompletableFuture<HttpResponse<String>> forward(
      String method, String path, String body, Duration timeout) {
    return http()
        .sendAsync(request(method, path, body(body), timeout).build(), BodyHandlers.ofString())
        .handle(
            (response, failure) -> {
              try {
                if (failure == null) {
                  requireOurs(response);
                  return response;
                }
                Throwable cause =
                    failure instanceof CompletionException ? failure.getCause() : failure;
                throw cause instanceof IOException e
                    ? unanswered(e, timeout)
                    : new ControlException("cannot ask the daemon at " + address(), cause);
              } catch (ControlException e) {
                throw new CompletionException(e);
              }
            });
  }

  @Override
  protected HttpRequest.Builder request(
      String method, String path, BodyPublisher body, Duration timeout) {
    return super.request(method, path, body, timeout).header(Identity.HEADER, id);
  }

  @Override
  protected void requireOurs(HttpResponse<String> response) throws ControlException {
    if (!response.headers().firstValue(Identity.HEADER).equals(Optional.of(id))) {
      throw new ControlException(
          "what answers at %s is not the daemon of %s: that one is about to start or to end, or its port went to another program; look at %s"
              .formatted(address(), directory.root(), directory.log()));
    }
  }

  @Override
  protected String nobodyListens() {
    return "nothing listens at %s, though a daemon holds %s%s%s"
        .formatted(address(), directory.root(), lastProcess(directory), whereToLook());
  }

  @Override
  protected String whereToLook() {
    return "; look at " + directory.log();
  }

  private static ControlException noDaemon(RunDirectory directory) {
    return new ControlException(
        "no daemon is running on " + directory.root() + lastProcess(directory) + crash(directory));
  }

  private static String lastProcess(RunDirectory directory) {
    try {
      return DaemonProcess.lastPid(directory).stream()
          .mapToObj(" (its last process was %d)"::formatted)
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return " (%s cannot be read)".formatted(directory.pid());
    }
  }

  /** What the launcher left if the newest daemon crashed. */
  private static String crash(RunDirectory directory) {
    try {
      return ": " + RunDirectory.text(directory.crash());
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      return " (%s cannot be read: %s)".formatted(directory.crash(), e.getMessage());
    }
  }
}
