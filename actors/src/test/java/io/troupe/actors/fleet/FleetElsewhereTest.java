package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.PngFiles;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run whose grids and batches come from another process. Its pictures take longer to decode than
 * its networks to train, so that training waits for batches, whoever makes them.
 */
@Tag("process")
@Tag("nightly")
class FleetElsewhereTest {
  private static final long STEPS = 40;
  private static final int SIDE = 700;

  @TempDir Path folder;

  private Path pictures() throws Exception {
    Path made = folder.resolve("pictures");
    Random random = new Random(1);
    for (String name : List.of("apples", "bottles")) {
      Files.createDirectories(made.resolve(name));
      for (int i = 0; i < 12; i++) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            image.setRGB(x, y, random.nextInt(1 << 24));
          }
        }
        Files.write(made.resolve(name).resolve(i + ".png"), PngFiles.bytes(image));
      }
    }
    return made;
  }

  @Test
  void gridsAndBatchesOfAnotherProcessAreTheRunsOwnToTheBit() throws Exception {
    List<String> settings =
        Stream.concat(
                TinyRun.OVERRIDES.stream()
                    .filter(one -> !one.startsWith("dataset.") && !one.startsWith("control.")),
                Stream.of(
                    "dataset.kind=image-folder",
                    "dataset.path=" + pictures(),
                    "dataset.size=32",
                    "dataset.cache=memory",
                    "dataset.cache-mb=0",
                    "training.steps=" + STEPS,
                    "sampling.every=20"))
            .toList();
    Path alone = folder.resolve("alone");
    List<String> local = Stream.concat(settings.stream(), Stream.of("control.port=0")).toList();
    assertThat(
            TrainingRun.start(SettingsLoader.load("demo", List.of(), local), alone)
                .await()
                .failed())
        .isFalse();
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      Node trainer = processes.start("trainer", 1, List.of());
      Node other = processes.start("evaluator,data", 1, List.of(trainer.name()));
      FleetClient fleet = trainer.client();
      processes.await("two nodes", () -> fleet.fleet().path("nodes").size() == 2);
      fleet.submit(
          Map.of("name", "one", "preset", "demo", "settings", settings, "sweep", Map.of()));
      processes.await("its end", () -> FleetProcesses.isIn(fleet, "one", Phase.FINISHED));

      Path run = folder.resolve("runs/one");
      List<JsonNode> grids = TinyRun.events(run, "grid");
      assertThat(grids)
          .anySatisfy(grid -> assertThat(grid.path("node").asText()).isEqualTo(other.name()));
      for (JsonNode grid : grids) {
        String file = "samples/step-%09d.png".formatted(grid.path("of_step").asLong());
        assertThat(run.resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
      }
      assertThat(Files.readString(new RunDirectory(run).log()))
          .contains("batches come from %s too".formatted(other.name()));
      assertThat(TinyRun.sha256(run, STEPS)).isEqualTo(TinyRun.sha256(alone, STEPS));
    }
  }
}
