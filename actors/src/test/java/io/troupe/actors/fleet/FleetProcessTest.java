package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of three processes on this machine. */
@Tag("process")
class FleetProcessTest {
  private static final long STEPS = 200;

  @TempDir Path folder;

  @Test
  void theRunOfAKilledNodeGoesOnElsewhereWithTheSameBitsAndASweepEndsWithATable() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node seed = processes.start("evaluator", 1, List.of());
      Node a = processes.start("trainer", 2, List.of(seed.name()));
      Node b = processes.start("trainer", 2, List.of(seed.name()));
      Path undisturbed = folder.resolve("undisturbed");
      TrainingRun reference =
          TrainingRun.start(
              TinyRun.settings("training.steps=" + STEPS, "checkpoints.every=10"), undisturbed);
      FleetClient fleet = seed.client();
      processes.await("three nodes", () -> fleet.fleet().path("nodes").size() == 3);
      assertThat(reference.await().failed()).isFalse();

      FleetProcesses.submit(
          fleet, "one", Map.of(), "training.steps=" + STEPS, "checkpoints.every=10");
      Path run = folder.resolve("runs/one");
      Path checkpoint = run.resolve("checkpoints/step-000000010.ckpt");
      processes.await("a checkpoint", () -> Files.exists(checkpoint));
      String first = FleetProcesses.run(fleet, "one").path("node").asText();
      Node killed = first.equals(a.name()) ? a : b;
      FleetProcesses.kill(killed.process());
      assertThat(TinyRun.events(run, "finished")).as("killed in mid-run").isEmpty();

      processes.await("its end", () -> FleetProcesses.isIn(fleet, "one", Phase.FINISHED));
      assertThat(FleetProcesses.run(fleet, "one").path("node").asText())
          .isEqualTo((killed.equals(a) ? b : a).name());
      assertThat(TinyRun.events(run, "resumed")).hasSize(1);
      assertThat(TinyRun.sha256(run, STEPS)).isEqualTo(TinyRun.sha256(undisturbed, STEPS));
      assertThat(fleet.fleet().path("nodes").size()).isEqualTo(2);

      FleetProcesses.submit(
          fleet,
          "sweep",
          Map.of("seed", List.of("1", "2", "3", "4", "5", "6")),
          "training.steps=3");
      processes.await(
          "the sweep", () -> fleet.fleet().path("sweeps").path(0).path("tabled").asBoolean());
      String table = fleet.table("sweep");
      assertThat(table).contains("sweep-1", "sweep-6", "settings that differ:", "seed");
      assertThat(table.lines().filter(line -> line.startsWith("state")).findFirst().orElseThrow())
          .containsPattern("(finished +){5}finished");
    }
  }
}
