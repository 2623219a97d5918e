package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.fleet.FleetClient;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/tour-fleet.md work, in this order and by the launcher. */
@Tag("process")
@Tag("nightly")
class TourFleetTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String FIRST = "127.0.0.1:25520";
  private static final String SECOND = "127.0.0.1:25521";

  @TempDir private Path folder;
  private TourProgram program;
  private final List<Process> nodes = new ArrayList<>();
  private final String first = "127.0.0.1:" + freePort();
  private final String second = "127.0.0.1:" + freePort();
  private final String page = "http://127.0.0.1:" + freePort();

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The blocks of commands, with tiny networks and free ports. */
  private List<String> blocks() throws IOException {
    String tiny =
        TinyRun.OVERRIDES.stream()
            .filter(each -> !each.startsWith("control.") && !each.startsWith("training.steps"))
            .collect(Collectors.joining(" --set ", " --set ", ""));
    return TourProgram.blocks("tour-fleet.md").stream()
        .map(
            block ->
                block
                    .replace("training.steps=20000", "training.steps=1000000")
                    .replaceAll("training.steps=200", "training.steps=4 --set evaluation.every=4")
                    .replaceAll("(fleet submit demo)(.*)", "$1" + tiny + "$2")
                    .replaceAll("(troupe node --slots 2)", "$1 --http-port " + port(page))
                    .replaceAll("(troupe node.*)", "$1 --port " + port(first))
                    .replaceAll("--port 25521(.*) --port \\d+", "--port " + port(second) + "$1")
                    .replace(FIRST, first)
                    .replace(SECOND, second))
        .toList();
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process node : nodes) {
      Stream.concat(node.descendants(), Stream.of(node.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
      node.waitFor();
    }
    program.close();
  }

  private Process node(String script) throws IOException {
    Path screen = folder.resolve("node-%d.out".formatted(nodes.size()));
    Process node = program.process("exec " + script, Redirect.to(screen.toFile()));
    nodes.add(node);
    return node;
  }

  private String said(int node) throws IOException {
    return Files.readString(folder.resolve("node-%d.out".formatted(node)));
  }

  private String run(String block) throws Exception {
    return program.run("export TROUPE_FLEET=%s%n%s".formatted(page, block));
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("still waiting: %s%n%s", what, said(0)).isBefore(deadline);
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
  }

  private JsonNode first() throws Exception {
    return new FleetClient(URI.create(page), Optional.empty()).fleet().path("runs").path(0);
  }

  private boolean trainsOn(String node) throws Exception {
    return first().path("state").asText().equals("PLACED")
        && first().path("node").asText().equals(node)
        && first().path("step").asLong() > 0;
  }

  /** Whether it went on so often as other processes. */
  private boolean wentOn(int times) {
    return TinyRun.events(folder.resolve("runs/first"), "resumed").size() == times;
  }

  @Test
  void aNewcomerSweepsStopsResumesAndMoves() throws Exception {
    program = TourProgram.in(folder);
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(8);

    node(blocks.get(0));
    await("the node", () -> said(0).contains("studio      " + page));
    assertThat(run(blocks.get(1)))
        .contains("submitted: 1  first", first, "trainer,evaluator,data", "run    state");
    await("it trains", () -> trainsOn(first));
    assertThat(run(blocks.get(2)))
        .contains("submitted: 4  rates-1 rates-2 rates-3 rates-4", "priority 1: 1  rates-4")
        .contains("sweep rates: 0 of 4 runs over", "queued", "placed")
        .contains("preset demo, seed 112");
    assertThat(run(blocks.get(3))).contains("stopping: 1  first");
    await("it has stopped", () -> first().path("state").asText().equals("STOPPED"));
    assertThat(run(blocks.get(4))).contains("queued: 1  first");
    await("the sweep", () -> Files.exists(folder.resolve("fleet/sweeps/rates.txt")));
    assertThat(run(blocks.get(5)))
        .contains("rates-1", "rates-4", "training.generator.learning-rate", "fd_cifar", "seed");
    Process second = node(blocks.get(6));
    await("it joins", () -> said(1).contains("studio      "));
    await("it trains again", () -> trainsOn(first) && wentOn(1));
    assertThat(run(blocks.get(7))).contains("moving: 1  first", this.second);
    await("it trains on the other node", () -> trainsOn(this.second) && wentOn(2));
    second.destroy();
    assertThat(second.waitFor(1, TimeUnit.MINUTES)).as("it leaves").isTrue();
    assertThat(said(1)).contains("joining     " + first, "leaving     1 run writes");
    await("it goes on where it was", () -> trainsOn(first) && wentOn(3));
    run("scripts/troupe fleet stop first");
    await("it has stopped", () -> first().path("state").asText().equals("STOPPED"));
  }
}
