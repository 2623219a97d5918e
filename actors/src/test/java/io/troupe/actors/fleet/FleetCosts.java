package io.troupe.actors.fleet;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.TinyRun;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** Measures what docs/scaling.md tells of messages, decisions and the fleet's file; a program. */
public final class FleetCosts {
  private static final int ROUNDS = 15;

  private FleetCosts() {}

  /** Prints a table; the argument is an empty folder. */
  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "costs");
    FleetSerializer serializer =
        new FleetSerializer((ExtendedActorSystem) Adapter.toClassic(system));
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
    for (Record message :
        List.of(
            new RunEntity.Keep("demo", TinyRun.OVERRIDES, "10.0.0.1:25520", 1, false),
            new Dispatcher.RunReport(
                "rates-0001",
                1,
                Optional.empty(),
                12_000,
                50_000,
                OptionalLong.of(10_000),
                Map.of("fd_cifar", 31.25),
                ""),
            new Dispatcher.NodeReport(
                "10.0.0.1:25520", List.of("trainer", "evaluator"), 2, "http://10.0.0.1:8086"),
            new Dispatcher.Overview(
                List.of(), Collections.nCopies(Dispatcher.MOST_ROWS, row), 1000, List.of()))) {
      byte[] bytes = serializer.toBinary(message);
      String manifest = serializer.manifest(message);
      double micros =
          micros(
              1000, () -> serializer.fromBinary(serializer.toBinary(message), manifest).hashCode());
      out.printf("%s: %d bytes, %.1f us written and read%n", manifest, bytes.length, micros);
    }
    FleetFolder folder = new FleetFolder(Path.of(arguments[0]));
    FleetStore store = new FleetStore(folder);
    FleetBook book = store.open();
    List<String> seeds = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
    Submission all =
        new Submission(
            "run", "demo", TinyRun.OVERRIDES, Map.of("seed", seeds), 0, Optional.empty());
    book.submit(all.runs(), all.sweep());
    Map<String, Integer> slots = new TreeMap<>();
    IntStream.range(0, 100).forEach(i -> slots.put("10.0.0.%d:25520".formatted(i), 2));
    double placing = micros(20, () -> Placement.of(book.runs(), slots).size());
    book.place(slots);
    double writing =
        micros(
            5,
            () -> {
              store.write(book);
              return 0;
            });
    out.printf("placing 200 of 1000 runs on 100 nodes: %.0f us%n", placing);
    out.printf(
        "fleet.json of 1000 runs: %d bytes, %.1f ms%n", Files.size(folder.state()), writing / 1000);
    system.terminate();
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
}
