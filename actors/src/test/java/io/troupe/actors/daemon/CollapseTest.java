package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose discriminator says the same of every picture: its last ReLU is dead. */
@Tag("process")
class CollapseTest {
  @TempDir Path folder;

  private static RunSettings settings(String... overrides) {
    return TinyRun.settings(overrides);
  }

  private TrainingRun.Outcome run(String name, String... overrides) throws Exception {
    RunSettings settings = settings(overrides);
    RunDirectory run = new RunDirectory(Files.createDirectories(folder.resolve(name)));
    if (!Files.exists(run.config())) {
      Files.writeString(run.config(), SettingsLoader.render(settings));
      try (GanTraining training =
              new GanTraining(settings, ImageSpec.rgb(32, 20), CompiledGraph::compile);
          TrainingState state = new TrainingState(training)) {
        ParameterVector discriminator = training.discriminator().values();
        ParameterLayout.Slot bias = discriminator.layout().slot("block3.conv2.bias");
        double[] values = new double[(int) bias.length()];
        Arrays.fill(values, -10_000);
        HostArray.set(discriminator.flat(), bias.offset(), values);
        state.copyFrom(training, 0);
        state.average().assign(training.generator().values().floats());
        new CheckpointStore(run.checkpoints(), "demo", settings.seed()).save(state);
      }
    }
    return TrainingRun.start(settings, run.root()).await();
  }

  private List<JsonNode> events(String name, String event) {
    return TinyRun.events(folder.resolve(name), event);
  }

  @Test
  void anEventChangesNothing() throws Exception {
    TrainingRun.Outcome told = run("told", "supervision.collapse.equal-steps=3");
    assertThat(told.failed()).as(told.message()).isFalse();
    assertThat(run("not watched", "supervision.collapse.action=none").failed()).isFalse();

    List<JsonNode> collapses = events("told", "collapse");
    assertThat(collapses).hasSize(1);
    assertThat(collapses.get(0).get("sign").asText()).isEqualTo("logits-equal");
    assertThat(collapses.get(0).get("step").asLong()).isEqualTo(3);
    assertThat(events("not watched", "collapse")).isEmpty();
    assertThat(TinyRun.sha256(folder.resolve("told"), 12))
        .isEqualTo(TinyRun.sha256(folder.resolve("not watched"), 12));
  }

  @Test
  void itGoesBackAsOftenAsItMayAndThenFails() throws Exception {
    TrainingRun.Outcome outcome =
        run(
            "collapsing",
            "supervision.collapse.equal-steps=3",
            "supervision.collapse.action=rollback",
            "supervision.collapse.learning-rate-factor=0.5",
            "supervision.collapse.penalty-factor=4",
            "training.gradient-penalty.weight=0.25",
            "supervision.max-rollbacks=2",
            "checkpoints.best=fid");

    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.message())
        .contains("training has collapsed", "equal in 3 steps", "gone back 2 times");
    // There was no evaluation, and so no best checkpoint.
    assertThat(events("collapsing", "rollback")).hasSize(2);
    assertThat(events("collapsing", "rollback"))
        .allSatisfy(event -> assertThat(event.get("to_step").asLong()).isZero());
    assertThat(events("collapsing", "failed").get(0).get("reason").asText())
        .isEqualTo(outcome.message());
    List<JsonNode> kept = events("collapsing", "forensics");
    assertThat(kept).isNotEmpty();
    Path evidence = Path.of(kept.get(0).get("folder").asText());
    assertThat(evidence.getFileName().toString()).isEqualTo("step-000000003");
    assertThat(evidence.resolve("reason.txt")).content().contains("equal in 3 steps");
    assertThat(Files.readAllLines(evidence.resolve("steps.csv"))).hasSize(4);
    assertThat(evidence.resolve("norms.csv"))
        .content()
        .contains("discriminator,block3.conv2.bias,", "generator,linear.weight,");
    // Four pictures of 32 by 32 in two rows.
    for (String grid : List.of("real.png", "generated.png")) {
      BufferedImage image = ImageIO.read(evidence.resolve(grid).toFile());
      assertThat(image.getWidth()).isEqualTo(2 * 34 + 2);
      assertThat(image.getHeight()).isEqualTo(2 * 34 + 2);
    }
    SettingsHistory history =
        SettingsLoader.loadHistory(new RunDirectory(folder.resolve("collapsing")).config());
    assertThat(history.newest().training().generator().learningRate())
        .isEqualTo(0.25 * settings().training().generator().learningRate());
    assertThat(history.newest().training().discriminator().learningRate())
        .isEqualTo(0.25 * settings().training().discriminator().learningRate());
    assertThat(history.newest().training().gradientPenalty().weight()).isEqualTo(4);
    assertThat(history.changes())
        .extracting(SettingsHistory.Change::fromStep)
        .containsOnly(1L)
        .hasSize(3);
  }

  /** From step 6 on there are too few steps left for the sign. */
  @Test
  void fromTheBestCheckpointItGoesOnWithOtherDrawsAndResumesToTheBit() throws Exception {
    String[] settings = {
      "supervision.collapse.equal-steps=8",
      "supervision.collapse.action=rollback",
      "supervision.max-rollbacks=20",
      "checkpoints.best=fid",
      "evaluation.every=6",
      "evaluation.images=40"
    };
    TrainingRun.Outcome outcome = run("collapsing", settings);

    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    assertThat(outcome.step()).isEqualTo(12);
    List<JsonNode> rollbacks = events("collapsing", "rollback");
    assertThat(rollbacks.get(rollbacks.size() - 1).get("to_step").asLong()).isEqualTo(6);
    assertThat(rollbacks.get(0).get("reason").asText()).contains("training has collapsed");
    String collapsed = TinyRun.sha256(folder.resolve("collapsing"), 12);

    // What a process that was killed right after the return finds.
    Path resumed = folder.resolve("resumed");
    RunDirectory from = new RunDirectory(folder.resolve("collapsing"));
    RunDirectory to = new RunDirectory(resumed);
    Files.createDirectories(to.checkpoints());
    Files.copy(from.config(), to.config());
    String file = "step-000000006.ckpt";
    Files.copy(from.checkpoints().resolve(file), to.checkpoints().resolve(file));
    assertThat(run("resumed", settings).failed()).isFalse();
    assertThat(TinyRun.sha256(resumed, 12)).isEqualTo(collapsed);

    assertThat(run("not watched", "supervision.collapse.action=none").failed()).isFalse();
    assertThat(TinyRun.sha256(folder.resolve("not watched"), 12)).isNotEqualTo(collapsed);
  }
}
