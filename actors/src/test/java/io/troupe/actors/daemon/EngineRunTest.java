package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.run.RunException;
import io.troupe.config.Parts;
import io.troupe.config.RunSettings;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Runs by another engine than the one for CPUs; most in builds with the profile torch only. */
@Tag("process")
class EngineRunTest {
  private static final String TORCH = "compute.engine=torch";

  @TempDir Path folder;

  static boolean hasTorch() {
    return Parts.engines().stream().anyMatch(engine -> engine.name().equals("torch"));
  }

  /** Before ND4J: afterwards the loader mixes in the libtorch of systems that have one. */
  @BeforeAll
  static void load() {
    if (hasTorch()) {
      assertThat(Engine.named("torch").on("cpu").keepsArrays()).isTrue();
    }
  }

  @Test
  @DisabledIf("hasTorch")
  void anEngineThatTheBuildLacksIsRefused() {
    assertThatThrownBy(() -> TrainingRun.start(TinyRun.settings(TORCH), folder))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("compute.engine is torch", "TROUPE_BACKEND=torch", "docs/gpu.md");
  }

  @Test
  void stepsThatDoNotFitTheEnginesMemoryAreRefusedWithAdvice() {
    EngineMemoryException full = new EngineMemoryException("7 bytes cannot be taken", null);
    assertThatThrownBy(
            () ->
                new OwnedTraining(
                    TinyRun.settings(),
                    ImageSpec.rgb(32, 20),
                    bindings -> {
                      throw full;
                    },
                    CompiledGraph::plan))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.batch = 4", "7 bytes", "training.micro-batch");
  }

  @Test
  @EnabledIf("hasTorch")
  void whatTorchCannotDoIsRefused() {
    assertThatThrownBy(
            () -> TrainingRun.start(TinyRun.settings(TORCH, "compute.device=cuda:99"), folder))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("compute.device is cuda:99", "CUDA_VISIBLE_DEVICES");
    assertThatThrownBy(
            () -> TrainingRun.start(TinyRun.settings(TORCH, "evaluation.device=cuda:99"), folder))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("evaluation.device is cuda:99", "CUDA_VISIBLE_DEVICES");
  }

  @Test
  @EnabledIf("hasTorch")
  void evaluationsComputeWhereTheirSettingSays() throws Exception {
    RunSettings same = TinyRun.settings(TORCH);
    ProgramCompiler training = EngineSelection.compiler(same.compute());
    assertThat(EngineSelection.ofEvaluations(same, training)).isSameAs(training);
    RunSettings apart = TinyRun.settings(TORCH, "evaluation.device=cpu");
    assertThat(EngineSelection.ofEvaluations(apart, training))
        .isNotSameAs(training)
        .hasSameClassAs(training);
  }

  /** With grids, a save and an evaluation in between, which training does not notice. */
  @Test
  @EnabledIf("hasTorch")
  void torchGoesOnToTheBitAndTheOtherEngineNearly() throws Exception {
    Path whole = folder.resolve("whole");
    run(whole, TORCH);
    Path halves = folder.resolve("halves");
    run(
        halves,
        TORCH,
        "training.steps=5",
        "sampling.every=2",
        "evaluation.every=5",
        // Another engine than training's, between which networks go by the host.
        "evaluation.device=cpu",
        "checkpoints.every=2");
    assertThat(TinyRun.events(halves, "started").get(0).get("precision").asText())
        .isEqualTo("float32, torch on cpu");
    assertThat(TinyRun.events(halves, "grid")).isNotEmpty();
    assertThat(TinyRun.events(halves, "evaluation-finished")).isNotEmpty();
    Path other = folder.resolve("other");
    run(other, TORCH, "training.steps=5");
    run(halves, TORCH);
    assertThat(TinyRun.sha256(halves, 12)).isEqualTo(TinyRun.sha256(whole, 12));
    run(other);
    assertThat(TinyRun.events(other, "settings"))
        .extracting(change -> change.get("key").asText())
        .contains("compute.engine");
    assertThat(loss(other, 6)).isCloseTo(loss(whole, 6), within(1e-4 * Math.abs(loss(whole, 6))));
    Path back = folder.resolve("back");
    run(back, "training.steps=5");
    run(back, TORCH);
    assertThat(loss(back, 6)).isCloseTo(loss(whole, 6), within(1e-3 * Math.abs(loss(whole, 6))));
  }

  @Test
  @EnabledIf("hasTorch")
  void torchGoesOnToTheBitInMixedPrecision() throws Exception {
    Path whole = folder.resolve("whole");
    run(whole, TORCH, "compute.precision=mixed");
    assertThat(TinyRun.events(whole, "started").get(0).get("precision").asText())
        .isEqualTo("mixed, torch on cpu");
    Path halves = folder.resolve("halves");
    run(halves, TORCH, "compute.precision=mixed", "training.steps=5");
    run(halves, TORCH, "compute.precision=mixed");
    assertThat(TinyRun.sha256(halves, 12)).isEqualTo(TinyRun.sha256(whole, 12));
    Path full = folder.resolve("full");
    run(full, TORCH, "compute.precision=auto", "training.steps=6");
    assertThat(TinyRun.events(full, "started").get(0).get("precision").asText())
        .isEqualTo("float32, torch on cpu");
    assertThat(loss(full, 1)).isNotEqualTo(loss(whole, 1));
    assertThat(loss(full, 1)).isCloseTo(loss(whole, 1), within(0.05 * Math.abs(loss(whole, 1))));
  }

  private static double loss(Path directory, long step) {
    List<JsonNode> steps = TinyRun.events(directory, "step");
    return steps.stream()
        .filter(event -> event.get("step").asLong() == step)
        .findFirst()
        .orElseThrow()
        .get("discriminator_loss")
        .asDouble();
  }

  private static void run(Path directory, String... overrides) throws Exception {
    TrainingRun.Outcome outcome = TrainingRun.start(TinyRun.settings(overrides), directory).await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
  }
}
