package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.Json;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node answers over HTTP is what the interface's description says. */
@Tag("protocol")
class FleetRoutesTest {
  private static final Dispatcher.Overview FLEET =
      new Dispatcher.Overview(
          List.of(new FleetView.Node("a:1", List.of("data"), 1, 0, "http://a:2", false, "now")),
          List.of(
              new FleetView.Run(
                  "s-1",
                  "demo",
                  Optional.of("s"),
                  FleetRun.Phase.DROPPING,
                  1,
                  Optional.empty(),
                  2,
                  3,
                  4,
                  OptionalLong.empty(),
                  Map.of("fd_cifar", 1.5),
                  "")),
          1,
          List.of(new FleetView.SweepRow("s", List.of("seed"), 2, 1, false)));

  @TempDir Path folder;
  private ActorTestKit kit;
  private Studio node;
  private JsonNode api;

  @BeforeEach
  void start() throws Exception {
    kit = ActorTestKit.create();
    ActorRef<Dispatcher.Command> dispatcher =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof Dispatcher.Show show) {
                    show.replyTo().tell(FLEET);
                  } else if (message instanceof Order order) {
                    order.replyTo().tell(new Dispatcher.Answer(true, order.done(), List.of("s-1")));
                  }
                  return Behaviors.same();
                }));
    FleetFolder fleet = new FleetFolder(folder);
    Files.createDirectories(fleet.table("s").getParent());
    Files.writeString(fleet.table("s"), "a table\n");
    node =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            fleet.runs(),
            Jobs.ofThisProcess(),
            Optional.of(new FleetRoutes(dispatcher, kit.scheduler(), fleet)::addTo));
    api = Json.mapper().readTree(ask("GET", "/api/v1/openapi.json", ""));
  }

  @AfterEach
  void end() {
    node.close();
    kit.shutdownTestKit();
  }

  private String ask(String method, String path, String body) throws Exception {
    URI address = node.address().resolve(path);
    HttpRequest request =
        HttpRequest.newBuilder(address).method(method, BodyPublishers.ofString(body)).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s %s: %s", method, path, response.body()).isEqualTo(200);
    return response.body();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Set<String> members(String schema) {
    return names(api.at("/components/schemas/%s/properties".formatted(schema)));
  }

  private Set<String> described() {
    Set<String> described = new TreeSet<>();
    api.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method
                              .getValue()
                              .get("x-troupe-servers")
                              .toString()
                              .contains("node")) {
                            described.add(method.getKey() + " " + path.getKey());
                          }
                        }));
    return described;
  }

  @Test
  void theFleetHasTheMembersThatAreDescribed() throws Exception {
    JsonNode fleet = Json.mapper().readTree(ask("GET", "/api/v1/fleet", ""));
    assertThat(names(fleet)).isEqualTo(members("Fleet"));
    assertThat(names(fleet.at("/nodes/0"))).isEqualTo(members("FleetNode"));
    assertThat(names(fleet.at("/runs/0"))).isEqualTo(members("FleetRun"));
    assertThat(names(fleet.at("/sweeps/0"))).isEqualTo(members("FleetSweep"));
    Set<String> states = new TreeSet<>();
    api.at("/components/schemas/FleetRun/properties/state/enum")
        .forEach(state -> states.add(state.asText()));
    assertThat(states)
        .containsExactlyInAnyOrderElementsOf(
            List.of(FleetRun.Phase.values()).stream().map(Enum::name).toList());
  }

  @Test
  void everyOrderThatIsDescribedIsTaken() throws Exception {
    String all =
        """
        {"name": "s", "preset": "demo", "settings": ["training.steps=5"], "sweep": {"seed": ["1", "2"]},
         "priority": -2, "halving": {"first": 100, "factor": 2, "score": "fd_cifar"}}
        """;
    assertThat(names(Json.mapper().readTree(all))).isEqualTo(members("Submission"));
    Map<String, String> bodies =
        Map.of(
            "get /api/v1/fleet", "",
            "get /api/v1/fleet/sweeps/{sweep}", "",
            "post /api/v1/fleet/runs", all,
            "post /api/v1/fleet/runs/{run}/stop", "",
            "post /api/v1/fleet/runs/{run}/resume", "",
            "post /api/v1/fleet/runs/{run}/move", "{\"node\": \"a:1\"}",
            "post /api/v1/fleet/runs/{run}/priority", "{\"priority\": 3}");
    assertThat(described()).isEqualTo(bodies.keySet());
    for (String route : bodies.keySet()) {
      String[] words = route.replace("{run}", "s-1").replace("{sweep}", "s").split(" ", 2);
      String answer = ask(words[0].toUpperCase(Locale.ROOT), words[1], bodies.get(route));
      if (words[0].equals("post")) {
        assertThat(names(Json.mapper().readTree(answer))).as(route).isEqualTo(members("Ordered"));
      }
    }
  }
}
