package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.training.TrainingState;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what docs/scaling.md tells. No test runs it but by its name: {@code ./mvnw -pl actors
 * -am test -Dtest=FleetCosts -Dsurefire.failIfNoSpecifiedTests=false}; it prints.
 */
@Tag("process")
class FleetCosts {
  private static final int ROUNDS = 15;
  private static final int FLOAT = 4;
  private static final int SUPERCLASSES = 20;
  private static final int SECONDS = 40;
  private static final int WRITERS = 4;

  @TempDir Path folder;

  private static void print(String line) {
    System.out.println("costs: " + line);
  }

  /** The median of rounds, of one call. */
  private static double micros(int calls, Callable<Integer> call) throws Exception {
    double[] rounds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        call.call();
      }
      rounds[round] = (System.nanoTime() - began) / 1e3 / calls;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  /** A run's own, as {@link FleetProcesses} submits them. */
  private static RunEntity.Keep keep() {
    List<String> settings = new ArrayList<>(TinyRun.OVERRIDES);
    settings.removeIf(setting -> setting.startsWith("control."));
    settings.add("training.steps=1000000");
    settings.add("seed=1");
    return new RunEntity.Keep("demo", settings, "127.0.0.1:25520", 1, false);
  }

  private static Dispatcher.RunReport report() {
    return new Dispatcher.RunReport(
        "rates-0001",
        1,
        Optional.empty(),
        12_000,
        50_000,
        OptionalLong.of(10_000),
        Map.of("fd_cifar", 31.25),
        "");
  }

  @Test
  void messages() throws Exception {
    FleetView.Run row =
        new FleetView.Run(
            "rates-0001",
            "demo",
            Optional.of("rates"),
            FleetRun.Phase.PLACED,
            0,
            Optional.of("10.0.0.1:25520"),
            1,
            12_000,
            50_000,
            OptionalLong.of(10_000),
            Map.of("fd_cifar", 31.25),
            "");
    Map<String, String> places = new TreeMap<>();
    IntStream.range(0, 200).forEach(i -> places.put("rates-%04d".formatted(i), "10.0.0.1:25520"));
    ActorTestKit kit = ActorTestKit.create();
    FleetSerializer serializer =
        new FleetSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
    for (Record message :
        List.of(
            keep(),
            report(),
            new Dispatcher.NodeReport(
                "10.0.0.1:25520", List.of("trainer", "evaluator"), 2, "http://10.0.0.1:8086"),
            new Dispatcher.Places(places),
            new Dispatcher.Overview(
                List.of(), Collections.nCopies(Dispatcher.MOST_ROWS, row), 1000, List.of()))) {
      byte[] bytes = serializer.toBinary(message);
      String manifest = serializer.manifest(message);
      double micros =
          micros(
              1000, () -> serializer.fromBinary(serializer.toBinary(message), manifest).hashCode());
      print("%s: %d bytes, %.1f us written and read".formatted(manifest, bytes.length, micros));
    }
    kit.shutdownTestKit();
  }

  @Test
  void decisionsAndTheFile() throws Exception {
    FleetFolder fleet = new FleetFolder(folder);
    FleetStore store = new FleetStore(fleet);
    FleetBook book = store.open();
    List<String> seeds = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
    Submission all =
        new Submission(
            "run", "demo", TinyRun.OVERRIDES, Map.of("seed", seeds), 0, Optional.empty());
    book.submit(all.runs(), all.sweep());
    Map<String, Integer> slots = new TreeMap<>();
    IntStream.range(0, 100).forEach(i -> slots.put("10.0.0.%d:25520".formatted(i), 2));
    print(
        "placing 200 of 1000 runs on 100 nodes: %.0f us"
            .formatted(micros(20, () -> Placement.of(book.runs(), slots).size())));
    book.place(slots);
    double writing =
        micros(
            5,
            () -> {
              store.write(book);
              return 0;
            });
    print(
        "fleet.json of 1000 runs: %d bytes, %.1f ms"
            .formatted(Files.size(fleet.state()), writing / 1000));
  }

  /** From the lengths of the networks' vectors, in float32. */
  @Test
  void bytesOfParametersAndPictures() {
    for (String preset :
        List.of(
            "demo",
            "biggan-cifar100-small",
            "biggan-cifar100",
            "stylegan2-cifar100",
            "r3gan-cifar100")) {
      RunSettings settings = SettingsLoader.load(preset, List.of(), List.of());
      ImageSpec spec = ImageSpec.rgb(settings.dataset().size(), SUPERCLASSES);
      NetworkLayouts layouts = NetworkLayouts.of(settings.network(), spec);
      long generator = StoredNetwork.GENERATOR.layout(layouts).length();
      long trainable = StoredNetwork.GENERATOR.layout(layouts).trainableLength();
      long discriminator = StoredNetwork.DISCRIMINATOR.layout(layouts).length();
      long critical = StoredNetwork.DISCRIMINATOR.layout(layouts).trainableLength();
      print(
          "%s: generator %,d bytes, batch %,d bytes, gradients of an iteration %,d bytes, checkpoint %,d bytes"
              .formatted(
                  preset,
                  FLOAT * generator,
                  FLOAT
                      * Arrays.stream(spec.shape(settings.training().batch()))
                          .reduce(1, (a, b) -> a * b),
                  FLOAT * (trainable + settings.training().discriminatorSteps() * critical),
                  FLOAT * (2 * generator + discriminator + 2 * trainable + 2 * critical)));
    }
  }

  /**
   * Checkpoints in a folder, written and read as runs do it, by one run and by four at a time, and
   * what it takes to copy as many bytes there. The folder is that of the property costs.folder,
   * else one for temporary files.
   */
  @Test
  void checkpointsOfAFolder() throws Exception {
    Path storage =
        Optional.ofNullable(System.getProperty("costs.folder")).map(Path::of).orElse(folder);
    for (String preset : List.of("demo", "biggan-cifar100")) {
      List<CheckpointStore> stores = new ArrayList<>();
      List<TrainingState> states = new ArrayList<>();
      try {
        for (int i = 0; i < WRITERS; i++) {
          stores.add(new CheckpointStore(storage.resolve("costs-" + preset + i), preset, 1));
          states.add(state(preset));
        }
        storage(preset, stores, states);
      } finally {
        states.forEach(TrainingState::close);
        for (int i = 0; i < stores.size(); i++) {
          Path written = storage.resolve("costs-" + preset + i);
          try (Stream<Path> files = Files.list(written)) {
            for (Path file : files.toList()) {
              Files.delete(file);
            }
          }
          Files.delete(written);
        }
      }
    }
  }

  private static TrainingState state(String preset) {
    RunSettings settings = SettingsLoader.load(preset, List.of(), List.of());
    ImageSpec spec = ImageSpec.rgb(settings.dataset().size(), SUPERCLASSES);
    NetworkLayouts layouts = NetworkLayouts.of(settings.network(), spec);
    TrainingState state = new TrainingState(layouts, spec);
    state.initialise(layouts, 1);
    return state;
  }

  private static void storage(
      String preset, List<CheckpointStore> stores, List<TrainingState> states) throws Exception {
    Path file = stores.get(0).save(states.get(0)).file();
    byte[] bytes = Files.readAllBytes(file);
    double megabytes = bytes.length / 1e6;
    Path copy = file.resolveSibling("copy");
    double copying =
        micros(
            1,
            () -> {
              try (FileChannel channel =
                  FileChannel.open(
                      copy,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer all = ByteBuffer.wrap(bytes);
                while (all.hasRemaining()) {
                  channel.write(all);
                }
                channel.force(true);
              }
              return 0;
            });
    Files.delete(copy);
    double writing = micros(1, () -> stores.get(0).save(states.get(0)).hashCode());
    double reading = micros(1, () -> stores.get(0).loadLatest(states.get(0)).hashCode());
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    double together =
        micros(
            1,
            () -> {
              List<Callable<Object>> all = new ArrayList<>();
              for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                all.add(() -> stores.get(writer).save(states.get(writer)));
              }
              for (Future<Object> one : threads.invokeAll(all)) {
                one.get();
              }
              return 0;
            });
    threads.shutdown();
    print(
        "%s, a checkpoint of %.1f MB: written in %.0f ms (%.0f MB/s; the bytes alone %.0f ms), read in %.0f ms (%.0f MB/s, as they were written just now); %d runs at a time %.1f checkpoints/s (%.0f MB/s)"
            .formatted(
                preset,
                megabytes,
                writing / 1e3,
                megabytes / writing * 1e6,
                copying / 1e3,
                reading / 1e3,
                megabytes / reading * 1e6,
                WRITERS,
                WRITERS / together * 1e6,
                WRITERS * megabytes / together * 1e6));
  }

  /** A fleet of three JVMs: what its nodes send to each other, without runs and with four. */
  @Test
  void trafficOfThreeProcesses() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node seed = processes.start("evaluator", 1, List.of());
      FleetClient fleet = seed.client();
      processes.await("the seed", () -> fleet.fleet().path("nodes").size() == 1);
      Node a = processes.start("trainer", 2, List.of(seed.name()));
      Node b = processes.start("trainer", 2, List.of(seed.name()));
      processes.await("three nodes", () -> fleet.fleet().path("nodes").size() == 3);
      List<Node> nodes = List.of(seed, a, b);
      Rate without = rate(nodes);
      FleetProcesses.submit(
          fleet,
          "s",
          Map.of("seed", List.of("1", "2", "3", "4")),
          "training.steps=1000000",
          "training.batch=32");
      for (int i = 1; i <= 4; i++) {
        String run = "s-" + i;
        processes.await(run, () -> FleetProcesses.run(fleet, run).path("step").asLong() > 0);
      }
      Rate with = rate(nodes);
      JsonNode shown = fleet.fleet();
      assertThat(shown.path("runs")).allMatch(run -> run.path("state").asText().equals("PLACED"));
      ActorTestKit kit = ActorTestKit.create();
      FleetSerializer serializer =
          new FleetSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
      int messages = serializer.toBinary(keep()).length + serializer.toBinary(report()).length;
      kit.shutdownTestKit();
      print(
          "three processes: %.0f bytes/s without runs, %.0f with four: %.0f for each; its two messages have %d"
              .formatted(
                  without.bytes(), with.bytes(), (with.bytes() - without.bytes()) / 4, messages));
      print(
          "CPU time in a second: the dispatcher's node %.1f ms without runs, %.1f with four; each of both trainers %.1f and %.1f"
              .formatted(
                  without.dispatcher(), with.dispatcher(), without.trainer(), with.trainer()));
    }
  }

  /**
   * What nodes do in a second.
   *
   * @param bytes that they send to each other
   * @param dispatcher CPU time of its node, in milliseconds
   * @param trainer CPU time of one of the others, without its runs
   */
  private record Rate(double bytes, double dispatcher, double trainer) {}

  private static Rate rate(List<Node> nodes) throws Exception {
    long before = sent(nodes);
    long dispatcher = millis(nodes.get(0));
    long trainers = millis(nodes.get(1)) + millis(nodes.get(2));
    long began = System.nanoTime();
    new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Rate(
        (sent(nodes) - before) / seconds,
        (millis(nodes.get(0)) - dispatcher) / seconds,
        (millis(nodes.get(1)) + millis(nodes.get(2)) - trainers) / (2 * seconds));
  }

  private static long millis(Node node) {
    return node.process().toHandle().info().totalCpuDuration().orElseThrow().toMillis();
  }

  /** Of TCP's payload between nodes, by Linux' own count. */
  private static long sent(List<Node> nodes) throws Exception {
    String ports =
        String.join(
            " or ",
            nodes.stream()
                .map(node -> node.name().replaceAll(".*:", ""))
                .map(port -> "sport = :%s or dport = :%1$s".formatted(port))
                .toList());
    Process ss = new ProcessBuilder("ss", "-tinH", "( " + ports + " )").start();
    String text = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Pattern.compile("bytes_sent:(\\d+)")
        .matcher(text)
        .results()
        .map((MatchResult sent) -> Long.parseLong(sent.group(1)))
        .mapToLong(Long::longValue)
        .sum();
  }
}
