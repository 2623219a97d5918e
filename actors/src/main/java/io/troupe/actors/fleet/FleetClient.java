package io.troupe.actors.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ApiClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a node of a fleet over HTTP; any of them will do. */
public final class FleetClient extends ApiClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * A client.
   *
   * @param node the address of its page
   * @param token what to bear, if nodes ask for it
   */
  public FleetClient(URI node, Optional<String> token) {
    super(PLAIN, node, token, "the node", "node of a fleet");
  }

  /** Nodes, runs and sweeps. */
  public JsonNode fleet() throws ControlException, InterruptedException {
    return json(send("GET", "/api/v1/fleet", "", PATIENCE));
  }

  /** Queues a run or a sweep. */
  public JsonNode submit(Map<String, Object> submission)
      throws ControlException, InterruptedException {
    return json(send("POST", "/api/v1/fleet/runs", Json.render(submission), PATIENCE));
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
    return json(send("POST", path, body.isEmpty() ? "" : Json.render(body), PATIENCE));
  }

  /** The end of a run's log. */
  public String log(String run) throws ControlException, InterruptedException {
    HttpResponse<String> response =
        send("GET", "/api/v1/runs/%s/log".formatted(part(run)), "", PATIENCE);
    if (response.statusCode() == 404) {
      throw new ControlException(
          "there is no log of a run %s: what is queued has none yet, and a sweep has none but its runs'; 'troupe fleet list' shows the runs"
              .formatted(run));
    }
    return json(response).path("text").asText();
  }

  /** The table of a sweep whose runs are over. */
  public String table(String sweep) throws ControlException, InterruptedException {
    return good(send("GET", "/api/v1/fleet/sweeps/" + part(sweep), "", PATIENCE)).body();
  }

  private static String part(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  @Override
  protected String nobodyListens() {
    return "no node of a fleet listens at %s; 'troupe node' starts one, --node names another"
        .formatted(address());
  }
}
