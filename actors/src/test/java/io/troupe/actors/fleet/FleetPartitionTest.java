package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of three nodes, each in a network namespace of its own, with certificates and a token:
 * links of 500 kbit/s, and one that fails and heals. Skipped where namespaces cannot be made.
 */
@Tag("process")
@Tag("nightly")
class FleetPartitionTest {
  private static final String NET = "10.231.77.";
  private static final int NODES = 3;

  @TempDir Path folder;

  private static int command(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void ip(String line) throws IOException, InterruptedException {
    require("ip " + line);
  }

  private static void require(String line) throws IOException, InterruptedException {
    assertThat(command(line.split(" "))).as(line).isZero();
  }

  @BeforeEach
  void makeNetwork() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/sbin/ip")), "there is no ip");
    removeNetwork(); // of a test that was killed
    assumeTrue(
        command("ip", "link", "add", "troupe-br", "type", "bridge") == 0,
        "networks cannot be made here");
    ip("addr add " + NET + "254/24 dev troupe-br");
    ip("link set troupe-br up");
    for (int i = 1; i <= NODES; i++) {
      ip("netns add troupe-" + i);
      ip("link add troupe-l%d type veth peer name troupe-r%d".formatted(i, i));
      ip("link set troupe-r%d netns troupe-%d".formatted(i, i));
      ip("link set troupe-l%d master troupe-br up".formatted(i));
      ip("-n troupe-%d addr add %s%d/24 dev troupe-r%d".formatted(i, NET, i, i));
      ip("-n troupe-%d link set troupe-r%d up".formatted(i, i));
      ip("-n troupe-%d link set lo up".formatted(i));
    }
    String[] certificates = {
      "../scripts/fleet-ca", folder.resolve("ca").toString(), NET + 1, NET + 2, NET + 3
    };
    assertThat(command(certificates)).isZero();
  }

  @AfterEach
  void removeNetwork() throws Exception {
    for (int i = 1; i <= NODES; i++) {
      command("ip", "link", "del", "troupe-l" + i); // at once; a namespace's end takes a while
      command("ip", "netns", "del", "troupe-" + i);
    }
    command("ip", "link", "del", "troupe-br");
  }

  private Node start(FleetProcesses processes, int i, String role) throws IOException {
    return processes.start(
        List.of("ip", "netns", "exec", "troupe-" + i),
        NET + i,
        25520,
        8086,
        role,
        1,
        i == 1 ? List.of() : List.of(NET + "1:25520"),
        List.of("--tls=" + folder.resolve("ca").resolve(NET + i)));
  }

  private static String node(FleetClient fleet) throws Exception {
    return FleetProcesses.run(fleet, "one").path("node").asText();
  }

  private static long step(FleetClient fleet) throws Exception {
    return FleetProcesses.run(fleet, "one").path("step").asLong();
  }

  /** The parameters after so many steps of a run that nobody disturbs. */
  private String undisturbed(long steps) throws Exception {
    Path directory = folder.resolve("undisturbed");
    TrainingRun reference =
        TrainingRun.start(TinyRun.settings("training.steps=" + steps), directory);
    assertThat(reference.await().failed()).isFalse();
    return TinyRun.sha256(directory, steps);
  }

  @Test
  void whatIsCutOffEndsAndItsRunGoesOnWithTheSameBits() throws Exception {
    for (int i = 1; i <= NODES; i++) {
      String narrow = " root tbf rate 500kbit burst 4kb latency 400ms";
      require("tc qdisc add dev troupe-l" + i + narrow);
      require("ip netns exec troupe-%d tc qdisc add dev troupe-r%d%s".formatted(i, i, narrow));
    }
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node seed = start(processes, 1, "evaluator,data");
      Node a = start(processes, 2, "trainer");
      Node b = start(processes, 3, "trainer");
      FleetClient fleet = seed.client();
      processes.await("three nodes", () -> fleet.fleet().path("nodes").size() == NODES);
      FleetProcesses.submit(
          fleet,
          "one",
          Map.of(),
          "training.steps=1000000",
          "checkpoints.every=50",
          "evaluation.every=100");
      Path run = folder.resolve("runs/one");
      processes.await(
          "a checkpoint", () -> Files.exists(run.resolve("checkpoints/step-000000050.ckpt")));
      Node cut = node(fleet).equals(a.name()) ? a : b;
      int number = cut.equals(a) ? 2 : 3;
      ip("link set troupe-l%d down".formatted(number));

      String other = (cut.equals(a) ? b : a).name();
      processes.await("it is elsewhere", () -> node(fleet).equals(other));
      // Until the process that is cut off sees the claim or its node's end, it makes steps too.
      Path journal = new RunDirectory(run).events();
      processes.await("it goes on", () -> Files.readString(journal).contains("\"resumed\""));
      long there = step(fleet);
      processes.await("more of them", () -> step(fleet) > there + 60);
      assertThat(cut.process().waitFor(2, TimeUnit.MINUTES)).as("it ends by itself").isTrue();
      assertThat(cut.process().exitValue()).isEqualTo(1);

      fleet.order("one", "stop", Map.of());
      processes.await("its end", () -> FleetProcesses.isIn(fleet, "one", Phase.STOPPED));
      List<JsonNode> stops = TinyRun.events(run, "stopped");
      long steps = stops.get(stops.size() - 1).get("step").asLong();
      assertThat(TinyRun.sha256(run, steps)).isEqualTo(undisturbed(steps));

      ip("link set troupe-l%d up".formatted(number));
      start(processes, number, "trainer");
      processes.await("it is back", () -> fleet.fleet().path("nodes").size() == NODES);
    }
  }
}
