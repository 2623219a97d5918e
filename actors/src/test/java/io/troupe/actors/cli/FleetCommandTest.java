package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 'troupe fleet' and 'troupe node' ask, show and refuse. */
@Tag("protocol")
class FleetCommandTest {
  @TempDir Path folder;
  private final List<String> asked = new ArrayList<>();
  private Studio node;

  @BeforeEach
  void start() throws Exception {
    node =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            folder,
            new Jobs(Optional.empty()),
            Optional.of(
                routes -> {
                  routes.get("/api/v1/fleet", ctx -> ctx.result(FLEET));
                  routes.get("/api/v1/fleet/sweeps/{sweep}", ctx -> ctx.result("a table\n"));
                  routes.post("/api/v1/fleet/runs", this::answer);
                  routes.post("/api/v1/fleet/runs/{run}/{order}", this::answer);
                }));
  }

  private static final String FLEET =
      """
      {"nodes": [{"name": "a:1", "roles": ["trainer", "data"], "slots": 2, "used": 1,
                  "url": "http://a:2", "reachable": true}],
       "runs": [{"name": "one", "state": "PLACED", "priority": 3, "node": "a:1", "step": 5, "steps": 9,
                 "scores": {"fd_cifar": 12.5}, "message": ""},
                {"name": "two", "state": "QUEUED", "priority": 0, "node": null, "step": 0, "steps": 0,
                 "scores": {}, "message": "the node b:1 was lost"}],
       "sweeps": [{"name": "s", "keys": ["seed"], "runs": 2, "over": 2, "tabled": true}]}
      """;

  @AfterEach
  void end() {
    node.close();
  }

  private void answer(Context ctx) throws IOException {
    String body = new String(ctx.bodyInputStream().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(ctx.path().replace("/api/v1/fleet/", "") + " " + body);
    if (ctx.path().contains("/gone/")) {
      throw Problem.of(HttpStatus.CONFLICT, "the fleet has no run gone");
    }
    ctx.result("{\"message\": \"done: 1\", \"runs\": [\"one\"]}");
  }

  private Cli fleet(String... words) {
    List<String> all = new ArrayList<>(List.of("fleet"));
    all.addAll(List.of(words));
    all.add("--node=" + node.address());
    return Cli.run(all.toArray(new String[0]));
  }

  @Test
  void submitSaysWhatIsWanted() throws Exception {
    Cli done =
        fleet(
            "submit",
            "demo",
            "--name=s",
            "--set=training.steps=5",
            "--sweep=seed=1,2",
            "--priority=-2",
            "--halving-from=100");

    assertThat(done.err()).isEmpty();
    assertThat(done.out()).isEqualTo("done: 1  one%n".formatted());
    assertThat(asked).hasSize(1);
    JsonNode body = Json.mapper().readTree(asked.get(0).replaceFirst("runs ", ""));
    assertThat(body)
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"name": "s", "preset": "demo", "settings": ["training.steps=5"],
                     "sweep": {"seed": ["1", "2"]}, "priority": -2,
                     "halving": {"first": 100, "factor": 2, "score": "fd_cifar"}}
                    """));
  }

  @Test
  void ordersAreForARun() {
    assertThat(fleet("stop", "one").code()).isZero();
    assertThat(fleet("resume", "one").code()).isZero();
    assertThat(fleet("move", "one", "b:1").code()).isZero();
    assertThat(fleet("priority", "one", "-4").code()).isZero();
    assertThat(asked)
        .containsExactly(
            "runs/one/stop ",
            "runs/one/resume ",
            "runs/one/move {\"node\":\"b:1\"}",
            "runs/one/priority {\"priority\":-4}");
    Cli refused = fleet("stop", "gone");
    assertThat(refused.code()).isOne();
    assertThat(refused.err()).isEqualTo("troupe: the fleet has no run gone%n".formatted());
  }

  @Test
  void listShowsNodesRunsAndSweeps() {
    assertThat(fleet("list").out().lines())
        .containsExactly(
            "node  slots  roles         page",
            "a:1     1/2  trainer,data  http://a:2",
            "",
            "run  state   step  priority  node  score           note",
            "one  placed   5/9         3  a:1   fd_cifar 12.50",
            "two  queued     -         0  -                     the node b:1 was lost",
            "",
            "sweep s: 2 of 2 runs over; 'troupe fleet table s' compares them");
    assertThat(fleet("table", "s").out()).isEqualTo("a table\n");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(fleet("submit", "demo", "--sweep=seed").err())
        .startsWith("troupe: --sweep seed is not KEY=VALUE,VALUE,...");
    assertThat(Cli.run("fleet").err()).startsWith("troupe: an order is missing: submit, list");
    assertThat(Cli.run("fleet", "list", "--node=http://127.0.0.1:1").err())
        .startsWith("troupe: no node of a fleet listens at http://127.0.0.1:1");
    assertThat(Cli.run("node", "--roles=cook").err())
        .startsWith("troupe: --roles: \"cook\" is none of trainer, evaluator, data");
    assertThat(Cli.run("node", "--host=0.0.0.0").err())
        .startsWith("troupe: --host 0.0.0.0: other machines could join and give orders; add --tls");
    assertThat(Cli.run("node", "--seed-node=here").err())
        .startsWith("troupe: --seed-node: \"here\" is not HOST:PORT");
    assertThat(Cli.run("node", "--tls=" + folder).err()).startsWith("troupe: --tls: cannot read ");
    assertThat(Cli.run("node", "--folder=no-such-folder").err())
        .startsWith("troupe: there is no folder no-such-folder");
  }
}
