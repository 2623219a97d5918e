package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes of a fleet in this process, whose runs are shell scripts: who gets which slot, what becomes
 * of it, and who may join. All messages are written and read, also those that stay on a node.
 */
@Tag("protocol")
class FleetNodeTest {
  private static final Map<String, String> QUICK =
      Map.of(
          "akka.actor.serialize-messages", "on",
          "akka.cluster.sharding.rebalance-interval", "500ms",
          "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes", "6s");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;
  private final List<FleetNode> nodes = new ArrayList<>();

  @BeforeAll
  static void beQuick() {
    QUICK.forEach(System::setProperty);
    ConfigFactory.invalidateCaches();
  }

  @AfterAll
  static void asBefore() {
    QUICK.keySet().forEach(System::clearProperty);
    ConfigFactory.invalidateCaches();
  }

  @AfterEach
  void leave() {
    nodes.forEach(FleetNode::leave);
    nodes.forEach(FleetNode::await);
  }

  /** Instead of training: writes where it is into a file of its run's name, and waits. */
  private Path script() throws IOException {
    Path script = folder.resolve("train.sh");
    Files.writeString(
        script,
        """
        for word in "$@"; do
          case $word in --run-dir=*) run=${word#--run-dir=} ;; esac
        done
        echo began >>"$run/life"
        trap 'echo ended >>"$run/life"; exit 143' TERM
        while [ ! -e "$run/die" ]; do sleep 0.1; done
        exit "$(cat "$run/die")"
        """);
    return script;
  }

  private FleetNode node(int slots, List<String> seeds, Optional<FleetTls> tls) throws Exception {
    FleetNode node =
        FleetNode.start(
            new FleetNode.Settings(
                "127.0.0.1",
                0,
                seeds,
                List.of(FleetNode.TRAINER),
                slots,
                folder,
                List.of("/bin/sh", script().toString()),
                tls),
            new RunSettings.Control(
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                new RunSettings.Tls(Optional.empty(), Optional.empty())),
            Optional.empty(),
            (table, runs) -> {
              Files.createDirectories(table.getParent());
              Files.writeString(table, "table of %d runs%n".formatted(runs.size()));
            },
            Jobs.ofThisProcess(),
            Map.of());
    nodes.add(node);
    return node;
  }

  private static FleetClient client(FleetNode node) {
    return new FleetClient(node.address(), Optional.empty());
  }

  private static void submit(FleetClient fleet, String name, int priority) throws Exception {
    fleet.submit(Map.of("name", name, "preset", "demo", "priority", priority));
  }

  private static JsonNode run(FleetClient fleet, String name) throws Exception {
    for (JsonNode run : fleet.fleet().path("runs")) {
      if (run.path("name").asText().equals(name)) {
        return run;
      }
    }
    throw new AssertionError("no run " + name);
  }

  private static String state(FleetClient fleet, String name) throws Exception {
    return run(fleet, name).path("state").asText();
  }

  private String life(String run) throws IOException {
    Path life = folder.resolve("runs").resolve(run).resolve("life");
    return Files.exists(life) ? String.join(" ", Files.readAllLines(life)) : "";
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("still waiting: " + what).isBefore(deadline);
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aNodeTrainsWhatItHasSlotsForByPriorityAndEndsWhatIsStopped() throws Exception {
    FleetClient fleet = client(node(1, List.of(), Optional.empty()));
    submit(fleet, "first", 0);
    await("it begins", () -> life("first").equals("began"));
    submit(fleet, "later", 0);
    submit(fleet, "urgent", 1);
    assertThat(state(fleet, "later")).isEqualTo("QUEUED");
    assertThat(state(fleet, "urgent")).isEqualTo("QUEUED");

    fleet.order("first", "stop", Map.of());
    await("it ends", () -> state(fleet, "first").equals("STOPPED"));
    assertThat(life("first")).isEqualTo("began ended");
    assertThat(run(fleet, "first").path("message").asText()).as("it was asked to end").isEmpty();
    await("the urgent one begins", () -> life("urgent").equals("began"));
    assertThat(state(fleet, "later")).isEqualTo("QUEUED");

    Files.writeString(folder.resolve("runs/urgent/die"), "1");
    await("it fails", () -> state(fleet, "urgent").equals("FAILED"));
    await("the last one begins", () -> life("later").equals("began"));
    assertThatThrownBy(() -> submit(fleet, "first", 0))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("choose another --name");
    assertThatThrownBy(
            () ->
                fleet.submit(
                    Map.of("name", "x", "preset", "demo", "settings", List.of("training.stpes=1"))))
        .hasMessageContaining("training.steps");
  }

  @Test
  void aRunMovesAndANodeThatLeavesHandsItsRunsOn() throws Exception {
    FleetNode a = node(1, List.of(), Optional.empty());
    FleetClient fleet = client(a);
    submit(fleet, "one", 0);
    await("it begins", () -> life("one").equals("began"));
    assertThatThrownBy(() -> node(1, List.of(), Optional.empty()))
        .as("a second fleet in the same folder")
        .isInstanceOf(FleetNode.StartException.class)
        .hasMessageContaining("join it by --seed-node");
    FleetNode b = node(1, List.of(a.name()), Optional.empty());
    await("both are there", () -> fleet.fleet().path("nodes").size() == 2);

    fleet.order("one", "move", Map.of("node", b.name()));
    await("it goes on", () -> life("one").equals("began ended began"));
    assertThat(run(fleet, "one").path("node").asText()).isEqualTo(b.name());

    b.leave();
    assertThat(b.await()).isEmpty();
    await("it goes on where there is a slot", () -> life("one").endsWith("began ended began"));
    await("it is placed", () -> run(fleet, "one").path("node").asText().equals(a.name()));
    assertThat(life("one")).isEqualTo("began ended began ended began");
  }

  @Test
  void aFleetThatBeginsAgainGoesOnWithItsRuns() throws Exception {
    FleetNode before = node(2, List.of(), Optional.empty());
    client(before)
        .submit(Map.of("name", "s", "preset", "demo", "sweep", Map.of("seed", List.of("1", "2"))));
    await("both begin", () -> (life("s-1") + life("s-2")).equals("beganbegan"));
    before.leave();
    before.await();
    assertThat(life("s-1")).isEqualTo("began ended");

    FleetClient after = client(node(2, List.of(), Optional.empty()));
    await("both go on", () -> (life("s-1") + life("s-2")).endsWith("ended beganbegan ended began"));
    for (String run : List.of("s-1", "s-2")) {
      Files.writeString(folder.resolve("runs").resolve(run).resolve("die"), "1");
    }
    await(
        "the sweep is over", () -> after.fleet().path("sweeps").get(0).path("tabled").asBoolean());
    assertThat(after.table("s")).isEqualTo("table of 2 runs%n".formatted());
  }

  /** As where the shared folder is full: the order says why, and the fleet goes on by itself. */
  @Test
  void anOrderThatCannotBeWrittenIsNotDoneAndSaysWhy() throws Exception {
    FleetClient fleet = client(node(1, List.of(), Optional.empty()));
    submit(fleet, "first", 0);
    await("it begins", () -> life("first").equals("began"));
    Path state = folder.resolve("fleet/fleet.json");
    Path aside = folder.resolve("aside.json");
    Files.move(state, aside);
    Files.createDirectories(state.resolve("in the way"));
    assertThatThrownBy(() -> submit(fleet, "second", 0))
        .isInstanceOf(ControlException.class)
        .hasMessageContainingAll("cannot write", "fleet.json", "nothing was done");
    assertThatThrownBy(fleet::fleet)
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("fleet.json cannot be written");
    assertThat(life("first")).as("it goes on").isEqualTo("began");

    Files.delete(state.resolve("in the way"));
    Files.delete(state);
    Files.move(aside, state);
    await(
        "it answers",
        () -> {
          try {
            return fleet.fleet().path("runs").size() == 1;
          } catch (ControlException e) {
            return false;
          }
        });
    submit(fleet, "second", 0);
    assertThat(state(fleet, "second")).isEqualTo("QUEUED");
    assertThat(life("first")).isEqualTo("began");
  }

  @Test
  void onlyNodesWithACertificateOfTheSameAuthorityJoin() throws Exception {
    Path ours = certificates("ours").resolve("127.0.0.1");
    FleetNode first = node(1, List.of(), Optional.of(new FleetTls(ours)));
    FleetClient fleet = client(first);
    await("it is there", () -> fleet.fleet().path("nodes").size() == 1);

    FleetNode plain = node(1, List.of(first.name()), Optional.empty());
    FleetNode foreign =
        node(
            1,
            List.of(first.name()),
            Optional.of(new FleetTls(certificates("theirs").resolve("127.0.0.1"))));
    assertThat(plain.await().orElseThrow()).contains("no seed node let this node join");
    assertThat(foreign.await().orElseThrow()).contains("no seed node let this node join");
    assertThat(fleet.fleet().path("nodes").size()).isOne();

    // Each machine has a certificate of its own.
    node(1, List.of(first.name()), Optional.of(new FleetTls(ours.resolveSibling("127.0.0.2"))));
    await("it joins", () -> fleet.fleet().path("nodes").size() == 2);
  }

  private Path certificates(String authority) throws Exception {
    Process made =
        new ProcessBuilder(
                "../scripts/fleet-ca",
                folder.resolve(authority).toString(),
                "127.0.0.1",
                "127.0.0.2")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("127.0.0.1");
    assertThat(made.waitFor()).isZero();
    return folder.resolve(authority);
  }
}
