package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run whose evaluations, grids and batches other processes of its fleet make, one of which is
 * killed meanwhile.
 */
@Tag("process")
class FleetEvaluatorTest {
  private static final long STEPS = 200;

  @TempDir Path folder;

  @Test
  void aKilledEvaluatorCostsNoScoreAndChangesNoBit() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node trainer = processes.start("trainer", 1, List.of());
      Node a = processes.start("evaluator,data", 1, List.of(trainer.name()));
      Node b = processes.start("evaluator", 1, List.of(trainer.name()));
      Path alone = folder.resolve("alone");
      TrainingRun reference =
          TrainingRun.start(
              TinyRun.settings(
                  "training.steps=" + STEPS, "evaluation.every=" + STEPS, "sampling.every=50"),
              alone);
      FleetClient fleet = trainer.client();
      processes.await("three nodes", () -> fleet.fleet().path("nodes").size() == 3);
      assertThat(reference.await().failed()).isFalse();

      FleetProcesses.submit(
          fleet,
          "one",
          Map.of(),
          "training.steps=" + STEPS,
          "evaluation.every=10",
          "sampling.every=50");
      Path run = folder.resolve("runs/one");
      processes.await("scores of another node", () -> elsewhere(run).findFirst().isPresent());
      processes.await("the next evaluation", () -> underway(run).isPresent());
      String evaluator = elsewhere(run).findFirst().orElseThrow();
      long step = underway(run).orElseThrow();
      FleetProcesses.kill((evaluator.equals(a.name()) ? a : b).process());

      processes.await("its end", () -> FleetProcesses.isIn(fleet, "one", Phase.FINISHED));
      assertThat(TinyRun.sha256(run, STEPS)).isEqualTo(TinyRun.sha256(alone, STEPS));
      assertThat(steps(run, "evaluation-failed")).isEmpty();
      Set<Long> begun = new HashSet<>(steps(run, "evaluation-started"));
      assertThat(steps(run, "evaluation-finished"))
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(begun)
          .contains(step, STEPS);
      assertThat(finished(run, STEPS).get("scores"))
          .isEqualTo(finished(alone, STEPS).get("scores"));
      assertThat(finished(run, STEPS).get("protocol"))
          .isEqualTo(finished(alone, STEPS).get("protocol"));
      assertThat(Files.readAllBytes(run.resolve("metrics/tsne.png")))
          .isEqualTo(Files.readAllBytes(alone.resolve("metrics/tsne.png")));

      assertThat(steps(run, "grid")).contains(STEPS);
      Set<Long> both = new HashSet<>(steps(run, "grid"));
      both.retainAll(steps(alone, "grid"));
      for (long of : both) {
        String grid = "samples/step-%09d.png".formatted(of);
        assertThat(Files.readAllBytes(run.resolve(grid)))
            .isEqualTo(Files.readAllBytes(alone.resolve(grid)));
      }
    }
  }

  private static List<JsonNode> events(Path run, String name) {
    return Files.exists(run.resolve("events.jsonl")) ? TinyRun.events(run, name) : List.of();
  }

  private static List<Long> steps(Path run, String name) {
    return events(run, name).stream().map(event -> event.path("of_step").asLong()).toList();
  }

  /** Where evaluations were done that other nodes did. */
  private static Stream<String> elsewhere(Path run) {
    return events(run, "evaluation-finished").stream()
        .filter(event -> event.has("node"))
        .map(event -> event.get("node").asText());
  }

  private static Optional<Long> underway(Path run) {
    List<Long> finished = steps(run, "evaluation-finished");
    return steps(run, "evaluation-started").stream()
        .filter(step -> !finished.contains(step))
        .findFirst();
  }

  private static JsonNode finished(Path run, long step) {
    return events(run, "evaluation-finished").stream()
        .filter(event -> event.get("of_step").asLong() == step)
        .findFirst()
        .orElseThrow();
  }
}
