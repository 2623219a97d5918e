package io.troupe.actors.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Asks a server of this program over HTTP, and says in words what went wrong. */
public abstract class ApiClient {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private static final int RETRY_MILLIS = 500;

  /** One for all clients without encryption: it has a thread of its own. */
  protected static final HttpClient PLAIN =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private final HttpClient http;
  private final URI address;
  private final Optional<String> token;
  private final String server;
  private final String kind;

  /**
   * A client.
   *
   * @param token what to bear, if the server asks for it
   * @param server what it is called: the daemon, the node
   * @param kind what it is one of: Troupe daemon, node of a fleet
   */
  protected ApiClient(
      HttpClient http, URI address, Optional<String> token, String server, String kind) {
    this.http = http;
    this.address = address;
    this.token = token;
    this.server = server;
    this.kind = kind;
  }

  /** Where the server listens. */
  public final URI address() {
    return address;
  }

  final HttpClient http() {
    return http;
  }

  /** That nothing listens, and what to do. */
  protected abstract String nobodyListens();

  /** Where to look if it does not answer; empty if there is nothing to look at. */
  protected String whereToLook() {
    return "";
  }

  /** Refuses an answer of another server than the one that is meant. */
  protected void requireOurs(HttpResponse<String> response) throws ControlException {}

  /** A request that bears the token. */
  protected HttpRequest.Builder request(
      String method, String path, BodyPublisher body, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path)).timeout(timeout).method(method, body);
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return request;
  }

  /** Of a text, which may be empty. */
  protected static BodyPublisher body(String text) {
    return text.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(text);
  }

  /** Asks again, while there is time, a server that says that it did nothing and to ask again. */
  protected final HttpResponse<String> send(
      String method, String path, String body, Duration timeout)
      throws ControlException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    HttpRequest request = request(method, path, body(body), timeout).build();
    HttpResponse<String> response = once(request, timeout);
    while (response.statusCode() == 503
        && response.headers().firstValue("Retry-After").isPresent()
        && System.nanoTime() - deadline < 0) {
      Thread.sleep(RETRY_MILLIS);
      response = once(request, timeout);
    }
    return response;
  }

  private HttpResponse<String> once(HttpRequest request, Duration timeout)
      throws ControlException, InterruptedException {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      requireOurs(response);
      return response;
    } catch (IOException e) {
      throw unanswered(e, timeout);
    }
  }

  final ControlException unanswered(IOException e, Duration timeout) {
    if (e instanceof ConnectException) {
      return new ControlException(nobodyListens(), e);
    }
    return e instanceof HttpTimeoutException
        ? new ControlException(
            "%s at %s did not answer within %d s%s"
                .formatted(server, address, timeout.toSeconds(), whereToLook()),
            e)
        : new ControlException(
            "%s at %s broke off: %s%s".formatted(server, address, e.getMessage(), whereToLook()),
            e);
  }

  /** What a good answer says; of others the server's own words. */
  protected final JsonNode json(HttpResponse<String> response) throws ControlException {
    try {
      return Json.mapper().readTree(good(response).body());
    } catch (JsonProcessingException e) {
      throw withoutJson(response, e);
    }
  }

  /** The answer if it is good; of others the server's own words. */
  protected final HttpResponse<String> good(HttpResponse<String> response) throws ControlException {
    if (response.statusCode() / 100 == 2) {
      return response;
    }
    if (response.statusCode() == 401) {
      throw new ControlException(
          token.isPresent()
              ? "%s at %s has another token than the environment variable TROUPE_CONTROL_TOKEN, or the file TROUPE_CONTROL_TOKEN_FILE, gives"
                  .formatted(server, address)
              : "%s at %s asks for its token; set the environment variable TROUPE_CONTROL_TOKEN, or TROUPE_CONTROL_TOKEN_FILE, as for %1$s"
                  .formatted(server, address));
    }
    JsonNode problem;
    try {
      problem = Json.mapper().readTree(response.body());
    } catch (JsonProcessingException e) {
      throw withoutJson(response, e);
    }
    String detail = problem.path("detail").asText("HTTP " + response.statusCode());
    throw new ControlException(
        problem.has("step")
            ? "step %d: %s".formatted(problem.get("step").asLong(), detail)
            : detail);
  }

  private ControlException withoutJson(HttpResponse<String> response, Exception cause) {
    return new ControlException(
        "what listens at %s is no %s: it answered %d without JSON"
            .formatted(address, kind, response.statusCode()),
        cause);
  }
}
