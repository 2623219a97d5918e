package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import io.troupe.actors.http.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Early stopping of runs by the scores of their own evaluations. */
@Tag("process")
@Tag("nightly")
class FleetHalvingTest {
  private static final int STEPS = 390;
  private static final long FIRST = 25;
  private static final long LAST = 8 * FIRST;

  @TempDir Path folder;

  @Test
  void theBestOfASweepTrainToTheEndAndOthersEndEarly() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node node = processes.start("trainer", 1, List.of());
      FleetClient fleet = node.client();
      processes.await("the node", () -> fleet.fleet().path("nodes").size() == 1);
      List<String> settings =
          Stream.concat(
                  TinyRun.OVERRIDES.stream().filter(each -> !each.startsWith("control.")),
                  Stream.of("training.steps=" + STEPS, "evaluation.every=25"))
              .toList();
      fleet.submit(
          Map.of(
              "name",
              "s",
              "preset",
              "demo",
              "settings",
              settings,
              "sweep",
              Map.of("seed", List.of("1", "2", "3", "4")),
              "halving",
              Map.of("first", FIRST, "factor", 2, "score", "fd_cifar")));
      processes.await(
          "the sweep", () -> fleet.fleet().path("sweeps").path(0).path("tabled").asBoolean());

      Map<String, Map<Long, Double>> measured = new HashMap<>();
      Map<String, JsonNode> runs = new HashMap<>();
      for (JsonNode run : fleet.fleet().path("runs")) {
        String name = run.path("name").asText();
        runs.put(name, run);
        measured.put(name, scores(folder.resolve("runs").resolve(name)));
      }
      JsonNode state = Json.mapper().readTree(new FleetFolder(folder).state().toFile());
      Map<Long, Map<String, Double>> rungs = new TreeMap<>();
      for (Map.Entry<String, JsonNode> rung : state.at("/sweeps/0/rungs").properties()) {
        Map<String, Double> there = new TreeMap<>();
        rung.getValue()
            .properties()
            .forEach(score -> there.put(score.getKey(), score.getValue().asDouble()));
        rungs.put(Long.parseLong(rung.getKey()), there);
      }
      assertThat(rungs.keySet()).isSubsetOf(FIRST, 2 * FIRST, 4 * FIRST, LAST).contains(FIRST);
      // What is compared was measured by the run at a step from the rung on, below the next one.
      rungs.forEach(
          (rung, there) ->
              there.forEach(
                  (run, score) ->
                      assertThat(new TreeMap<>(measured.get(run)).subMap(rung, 2 * rung).values())
                          .as("%s at %d", run, rung)
                          .contains(score)));
      Map<String, Phase> ends = new TreeMap<>();
      runs.forEach((name, run) -> ends.put(name, Phase.valueOf(run.path("state").asText())));
      assertThat(ends.values()).containsOnly(Phase.FINISHED, Phase.DROPPED).hasSize(4);
      assertThat(ends).as("nobody was there before it").containsEntry("s-1", Phase.FINISHED);
      for (Map.Entry<String, Phase> end : ends.entrySet()) {
        String name = end.getKey();
        // One slot: those of a rung came in the order of their numbers.
        boolean dropped =
            rungs.values().stream()
                .filter(there -> there.containsKey(name))
                .anyMatch(there -> rank(name, there) >= Math.max(1, before(name, there) / 2));
        boolean late = rungs.getOrDefault(LAST, Map.of()).containsKey(name);
        assertThat(end.getValue())
            .as("%s of %s", name, rungs)
            .isIn(
                !dropped
                    ? List.of(Phase.FINISHED)
                    // It may be through before it hears of the last rung.
                    : late ? List.of(Phase.DROPPED, Phase.FINISHED) : List.of(Phase.DROPPED));
        Path checkpoints = folder.resolve("runs").resolve(name).resolve("checkpoints");
        long step = runs.get(name).path("step").asLong();
        assertThat(checkpoints.resolve("step-%09d.ckpt".formatted(step))).exists();
        assertThat(step == STEPS)
            .as("%s at %d", name, step)
            .isEqualTo(end.getValue() == Phase.FINISHED);
      }
      assertThat(ends).containsValue(Phase.DROPPED);
    }
  }

  /** How many runs of a rung were there when a run came, itself among them. */
  private static long before(String run, Map<String, Double> rung) {
    return rung.keySet().stream().filter(other -> other.compareTo(run) <= 0).count();
  }

  /** How many of those are better; lower is. */
  private static long rank(String run, Map<String, Double> rung) {
    return rung.entrySet().stream()
        .filter(other -> other.getKey().compareTo(run) <= 0 && other.getValue() < rung.get(run))
        .count();
  }

  private static Map<Long, Double> scores(Path run) throws Exception {
    assertThat(Files.exists(run)).isTrue();
    Map<Long, Double> scores = new HashMap<>();
    for (JsonNode event : TinyRun.events(run, "evaluation-finished")) {
      scores.put(event.path("of_step").asLong(), event.at("/scores/fd_cifar").asDouble());
    }
    return scores;
  }
}
