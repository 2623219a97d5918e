package io.troupe.actors.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a node of a fleet over HTTP; any of them will do. */
public final class FleetClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RETRY_MILLIS = 500;

  private final URI node;
  private final Optional<String> token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * A client.
   *
   * @param node the address of its page
   * @param token what to bear, if nodes ask for it
   */
  public FleetClient(URI node, Optional<String> token) {
    this.node = node;
    this.token = token;
  }

  /** Nodes, runs and sweeps. */
  public JsonNode fleet() throws ControlException, InterruptedException {
    return json(send("GET", "/api/v1/fleet", ""));
  }

  /** Queues a run or a sweep. */
  public JsonNode submit(Map<String, Object> submission)
      throws ControlException, InterruptedException {
    return json(send("POST", "/api/v1/fleet/runs", Json.render(submission)));
  }

  /**
   * Orders something of a run.
   *
   * @param order stop, resume, move or priority
   * @param body what belongs to it; may be empty
   */
  public JsonNode order(String run, String order, Map<String, Object> body)
      throws ControlException, InterruptedException {
    String path = "/api/v1/fleet/runs/%s/%s".formatted(part(run), order);
    return json(send("POST", path, body.isEmpty() ? "" : Json.render(body)));
  }

  /** The end of a run's log. */
  public String log(String run) throws ControlException, InterruptedException {
    HttpResponse<String> response = send("GET", "/api/v1/runs/%s/log".formatted(part(run)), "");
    if (response.statusCode() == 404) {
      throw new ControlException(
          "there is no log of a run %s: what is queued has none yet, and a sweep has none but its runs'; 'troupe fleet list' shows the runs"
              .formatted(run));
    }
    return json(response).path("text").asText();
  }

  /** The table of a sweep whose runs are over. */
  public String table(String sweep) throws ControlException, InterruptedException {
    return checked(send("GET", "/api/v1/fleet/sweeps/" + part(sweep), "")).body();
  }

  private static String part(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** Asks again, while there is time, a node whose fleet has no dispatcher for a moment. */
  private HttpResponse<String> send(String method, String path, String body)
      throws ControlException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> response = once(method, path, body);
    while (response.statusCode() == 503 && System.nanoTime() - deadline < 0) {
      Thread.sleep(RETRY_MILLIS);
      response = once(method, path, body);
    }
    return response;
  }

  private HttpResponse<String> once(String method, String path, String body)
      throws ControlException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new ControlException(
          "no node of a fleet listens at %s; 'troupe node' starts one, --node names another"
              .formatted(node),
          e);
    } catch (IOException e) {
      throw new ControlException("the node at %s broke off: %s".formatted(node, e.getMessage()), e);
    }
  }

  private JsonNode json(HttpResponse<String> response) throws ControlException {
    try {
      return Json.mapper().readTree(checked(response).body());
    } catch (JsonProcessingException e) {
      throw new ControlException(
          "what listens at %s is no node of a fleet: it answered %d without JSON"
              .formatted(node, response.statusCode()),
          e);
    }
  }

  private HttpResponse<String> checked(HttpResponse<String> response) throws ControlException {
    if (response.statusCode() / 100 == 2) {
      return response;
    }
    if (response.statusCode() == 401) {
      throw new ControlException(
          token.isPresent()
              ? "the node at %s has another token than the environment variable TROUPE_CONTROL_TOKEN, or the file TROUPE_CONTROL_TOKEN_FILE, gives"
                  .formatted(node)
              : "the node at %s asks for its token; set the environment variable TROUPE_CONTROL_TOKEN, or TROUPE_CONTROL_TOKEN_FILE, as for the node"
                  .formatted(node));
    }
    String detail = "HTTP " + response.statusCode();
    try {
      detail = Json.mapper().readTree(response.body()).path("detail").asText(detail);
    } catch (JsonProcessingException e) {
      detail = "%s without JSON: it is no node of a fleet".formatted(detail);
    }
    throw new ControlException(detail);
  }
}
