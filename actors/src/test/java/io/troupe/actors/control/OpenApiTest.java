package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the interface says of itself is what it is. */
@Tag("protocol")
final class OpenApiTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path folder;
  private TestServer server;
  private JsonNode api;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(KIT, folder, Optional.empty());
    api = TestServer.json(server.get("/api/v1/openapi.json"));
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private Set<String> described(String server) {
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        List<String> servers =
            StreamSupport.stream(method.getValue().get("x-troupe-servers").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        assertThat(servers).isSubsetOf("daemon", "studio", "node").isNotEmpty();
        if (servers.contains(server)) {
          described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return described;
  }

  /** The server counts requests by route, and all counts are there from the start. */
  @Test
  void everyRouteOfADaemonIsDescribedAndNoOther() {
    Set<String> paths = new TreeSet<>();
    for (Enumeration<MetricFamilySamples> families = server.registry.metricFamilySamples();
        families.hasMoreElements(); ) {
      for (MetricFamilySamples.Sample sample : families.nextElement().samples) {
        if (sample.name.equals("troupe_control_requests_total")) {
          paths.add(sample.labelValues.get(0));
        }
      }
    }

    assertThat(paths).hasSizeGreaterThan(20);
    assertThat(described("daemon").stream().map(each -> each.replaceFirst("\\w+ ", "")).distinct())
        .containsExactlyInAnyOrderElementsOf(paths);
  }

  @Test
  void whatIsDescribedIsAnsweredByItsMethodsAlone() throws Exception {
    requireMethods(described("daemon"), server.address);
    try (Studio studio =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            folder,
            Jobs.ofThisProcess())) {
      requireMethods(described("studio"), studio.address());
    }
  }

  private void requireMethods(Set<String> routes, URI address) throws Exception {
    assertThat(routes).hasSizeGreaterThan(20);
    for (String route : routes) {
      String path = route.substring(route.indexOf(' ') + 1);
      Set<String> others = new TreeSet<>(Set.of("GET", "POST", "PUT", "PATCH", "DELETE"));
      routes.stream()
          .filter(each -> each.endsWith(" " + path))
          .forEach(each -> others.remove(each.substring(0, each.indexOf(' '))));
      String real =
          path.replace("{run}", folder.getFileName().toString())
              .replace("{file}", "x.png")
              .replace("{name}", "x.js")
              .replace("{step}", "1");
      // One that is not there would be answered 404 whatever the method.
      String other = others.iterator().next();
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve(real))
              .method(other, HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(TestServer.HTTP.send(request, BodyHandlers.discarding()).statusCode())
          .as(other + " " + real)
          .isEqualTo(405);
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndEverySchemaIsUsed() {
    Set<String> references = api.findValuesAsText("$ref").stream().collect(Collectors.toSet());

    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse());
    assertThat(api.at("/components/schemas").properties())
        .allSatisfy(
            schema -> assertThat(references).contains("#/components/schemas/" + schema.getKey()));
    assertThat(api.get("openapi").asText()).isEqualTo("3.1.0");
  }

  /** The answers' members are those of the description. */
  @Test
  void answersHaveTheMembersThatAreDescribed() throws Exception {
    String run = "/api/v1/runs/" + folder.getFileName();
    for (Map.Entry<String, String> answer :
        Map.of(
                "/api/v1/runs",
                "RunList",
                run + "/curves",
                "Curves",
                run + "/events",
                "Events",
                run + "/samples",
                "Grids",
                run + "/checkpoints",
                "Checkpoints",
                run + "/settings",
                "Settings",
                run + "/log",
                "Log")
            .entrySet()) {
      JsonNode json = TestServer.json(server.get(answer.getKey()));
      assertThat(names(json))
          .as(answer.getKey())
          .isEqualTo(names(api.at("/components/schemas/" + answer.getValue() + "/properties")));
    }
    JsonNode summary = TestServer.json(server.get("/api/v1/runs")).get("runs").get(0);
    Set<String> members = names(api.at("/components/schemas/Summary/properties"));
    assertThat(names(summary)).isEqualTo(members);
    members.addAll(names(api.at("/components/schemas/Run/allOf/1/properties")));
    assertThat(names(TestServer.json(server.get(run)))).isEqualTo(members);
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
