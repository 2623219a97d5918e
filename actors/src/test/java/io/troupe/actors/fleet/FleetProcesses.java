package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.control.ControlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
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
import java.util.stream.Stream;

/** Nodes of a fleet as processes, small and quick to give a lost node up. */
final class FleetProcesses implements AutoCloseable {
  static final String TOKEN = "of-a-test";
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int MOST_CHARACTERS = 20_000;
  private static final String SMALL = "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  record Node(Process process, String name, FleetClient client) {}

  FleetProcesses(Path folder) {
    this.folder = folder;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A node on this machine. */
  Node start(String role, int slots, List<String> seeds) throws IOException {
    return start(List.of(), "127.0.0.1", freePort(), freePort(), role, slots, seeds, List.of());
  }

  /**
   * A node.
   *
   * @param before what its command follows
   * @param more options
   */
  Node start(
      List<String> before,
      String host,
      int port,
      int http,
      String role,
      int slots,
      List<String> seeds,
      List<String> more)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(SMALL.split(" ")));
    command.addAll(
        List.of(
            "-Dakka.cluster.split-brain-resolver.stable-after=3s",
            "-Dtroupe.fleet.jobs.silence=3s",
            "-cp",
            System.getProperty("java.class.path"),
            "io.troupe.actors.cli.Main",
            "node",
            "--folder=" + folder,
            "--roles=" + role,
            "--slots=" + slots,
            "--host=" + host,
            "--port=" + port,
            "--http-port=" + http));
    seeds.forEach(seed -> command.add("--seed-node=" + seed));
    command.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TROUPE_JAVA_OPTS", SMALL);
    builder.environment().put("TROUPE_CONTROL_TOKEN", TOKEN);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("node-" + processes.size() + ".out").toFile())
            .start();
    processes.add(process);
    return new Node(
        process,
        host + ":" + port,
        new FleetClient(URI.create("http://" + host + ":" + http), Optional.of(TOKEN)));
  }

  /** A node and its runs' processes at once, as when its machine loses power. */
  static void kill(Process process) {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
  }

  /** Waits; a node that does not answer yet is waited for too. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!holds(condition)) {
      assertThat(Instant.now()).as(() -> "still waiting: " + what + outputs()).isBefore(deadline);
      new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
    }
  }

  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (ControlException e) {
      return false;
    }
  }

  /** What a node said. */
  String output(Node node) throws IOException {
    return Files.readString(folder.resolve("node-" + processes.indexOf(node.process()) + ".out"));
  }

  /** What the nodes said and logged, to tell why a test waits. */
  private String outputs() {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> outputs = Files.list(folder);
        Stream<Path> logs = Files.list(folder.resolve("fleet"))) {
      for (Path file : Stream.concat(outputs, logs).filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        all.append("\n--- ").append(file).append('\n');
        all.append(text.substring(Math.max(0, text.length() - MOST_CHARACTERS)));
      }
    } catch (IOException e) {
      all.append(e);
    }
    return all.toString();
  }

  static JsonNode run(FleetClient fleet, String name) throws Exception {
    for (JsonNode run : fleet.fleet().path("runs")) {
      if (run.path("name").asText().equals(name)) {
        return run;
      }
    }
    throw new AssertionError("the fleet has no run " + name);
  }

  static boolean isIn(FleetClient fleet, String name, FleetRun.Phase phase) throws Exception {
    return run(fleet, name).path("state").asText().equals(phase.name());
  }

  /** Queues tiny runs. */
  static void submit(
      FleetClient fleet, String name, Map<String, List<String>> swept, String... settings)
      throws Exception {
    List<String> all =
        Stream.concat(TinyRun.OVERRIDES.stream(), Stream.of(settings))
            .filter(setting -> !setting.startsWith("control."))
            .toList();
    fleet.submit(Map.of("name", name, "preset", "demo", "settings", all, "sweep", swept));
  }

  @Override
  public void close() {
    processes.forEach(FleetProcesses::kill);
  }
}
