package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.MicroBatchChoice;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.run.DeviceMemory;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.StepPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose engine computes on a device with memory of its own, which here is made up. */
@Tag("process")
class DeviceMemoryTest {
  private static final ImageSpec IMAGES = ImageSpec.rgb(32, 20);

  @TempDir Path root;

  /** A device with so many bytes free, which otherwise is the CPU. */
  private record Device(long freeBytes, ProgramCompiler programs)
      implements ProgramCompiler, EngineMemory {
    @Override
    public Program compile(Bindings bindings) {
      return programs.compile(bindings);
    }

    @Override
    public ProgramCompiler planner() {
      return CompiledGraph::plan;
    }

    @Override
    public EngineMemory memory() {
      return this;
    }

    @Override
    public long crossedBytes() {
      return 11;
    }

    @Override
    public long keptBytes() {
      return 12;
    }

    @Override
    public long plannedBytes() {
      return 13;
    }

    @Override
    public Optional<Free> free() {
      return Optional.of(new Free("cuda:7", freeBytes));
    }
  }

  private static RunSettings settings(String... more) {
    return TinyRun.settings(more);
  }

  private static RunSettings sixteen(String microBatch, String... more) {
    return settings(
        Stream.concat(
                Stream.of("training.batch=16", "training.micro-batch=" + microBatch),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static StepPlan plan(int images) {
    return StepPlan.of(sixteen("" + images), IMAGES, CompiledGraph::plan);
  }

  private static int chosen(long free, String... more) throws RunException {
    return new MicroBatchChoice(
            sixteen("auto", more),
            IMAGES,
            CompiledGraph::plan,
            new Device(free, CompiledGraph::compile))
        .choose(Optional.empty())
        .settings()
        .training()
        .imagesAtOnce();
  }

  @Test
  void autoChoosesByTheDevicesFreeMemory() throws Exception {
    // Of four fifths of all but 256 MiB, networks and prefetched batches take their part.
    StepPlan least = plan(1);
    long others =
        4 * (21 * least.generatorLength() + 11 * least.discriminatorLength())
            + 4L * (settings().prefetch().batches() + 1) * 2 * 16 * 32 * 32 * 3;
    for (int images : new int[] {2, 4, 8}) {
      long between = (plan(images).resultBytes() + plan(2 * images).resultBytes()) / 2;
      assertThat(chosen((256L << 20) + (others + between) * 5 / 4)).isEqualTo(images);
    }
    assertThat(chosen(1L << 40)).isEqualTo(16);
    assertThatThrownBy(() -> chosen(200L << 20))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.micro-batch = 1, the least", "200 MiB that cuda:7 has");
  }

  /** One image is always the most convincing one. */
  @Test
  void autoLeavesTopKSomeImagesToChooseFrom() throws Exception {
    assertThat(chosen(1L << 40, "training.top-k.share=0.5")).isEqualTo(16);
    assertThatThrownBy(() -> chosen(200L << 20, "training.top-k.share=0.5"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("training.micro-batch = 2, the least");
    assertThatThrownBy(() -> chosen(200L << 20, "training.top-k.share=0.8"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("training.micro-batch = 4, the least");
  }

  @Test
  void aStepThatTheDeviceCannotHoldIsRefusedBeforeItRuns() {
    assertThatThrownBy(
            () ->
                new OwnedTraining(
                    settings(),
                    IMAGES,
                    new Device(1 << 10, CompiledGraph::compile),
                    CompiledGraph::plan))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.batch = 4 plans ", "of 0 MiB that are free (cuda:7)");
  }

  /** On the host memory is refused when steps are compiled, before anything could be counted. */
  @Test
  void aStepForWhichThereAreNoAddressesIsRefusedTheSameWay() {
    ProgramCompiler refusing =
        bindings -> {
          throw new OutOfMemoryError("7 bytes outside the heap cannot be had");
        };
    assertThatThrownBy(
            () ->
                new OwnedTraining(
                    sixteen("0"), IMAGES, new Device(1 << 10, refusing), CompiledGraph::plan))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("training.batch = 16 plans ", "of 0 MiB that are free (cuda:7)");
    assertThatThrownBy(
            () ->
                new OwnedTraining(
                    sixteen("0"), IMAGES, new Device(1L << 40, refusing), CompiledGraph::plan))
        .isInstanceOf(OutOfMemoryError.class);
  }

  /** Steps of more than two pictures go out of memory after some runs of their programs. */
  private static ProgramCompiler failing(AtomicInteger runs) {
    return bindings -> {
      Program program = CompiledGraph.compile(bindings);
      boolean large =
          bindings.inputs().values().stream()
              .anyMatch(array -> array.rank() == 4 && array.size(1) == 32 && array.size(0) > 2);
      return program.running(
          pause -> {
            if (large && runs.incrementAndGet() > 10) {
              throw new EngineMemoryException("CUDA out of memory: 7 bytes", null);
            }
            program.run(pause);
          });
    };
  }

  @Test
  void outOfMemoryInAStepGoesBackAndOnWithASmallerMicroBatch() throws Exception {
    RunSettings settings = settings("checkpoints.every=2");
    AtomicInteger runs = new AtomicInteger();
    try (Company company =
        Company.by(
                new Device(1L << 40, failing(runs)),
                settings,
                Datasets.open(settings.dataset(), settings.seed()),
                root)
            .save()
            .start()) {
      Status status = company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
      assertThat(status.deviceMemory())
          .contains(new DeviceMemory("cpu", OptionalLong.of(1L << 40), 13, 12, 11));
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(outcome.step()).isEqualTo(12);
    }
    assertThat(runs.get()).isEqualTo(11);
    JsonNode back = TinyRun.events(root, "rollback").get(0);
    assertThat(back.get("reason").asText()).contains("CUDA out of memory: 7 bytes");
    JsonNode change = TinyRun.events(root, "settings").get(0);
    assertThat(change.get("key").asText()).isEqualTo("training.micro-batch");
    assertThat(change.get("to").asText()).isEqualTo("2");
    assertThat(change.get("from_step").asLong()).isEqualTo(back.get("to_step").asLong() + 1);
  }

  @Test
  void withTheLeastMicroBatchARunEndsAndSaysWhatToDo() throws Exception {
    RunSettings settings = settings("training.micro-batch=1");
    ProgramCompiler never =
        bindings ->
            CompiledGraph.compile(bindings)
                .running(
                    pause -> {
                      throw new EngineMemoryException("CUDA out of memory", null);
                    });
    try (Company company =
        Company.by(
                new Device(1L << 40, never),
                settings,
                Datasets.open(settings.dataset(), settings.seed()),
                root)
            .save()
            .start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).isTrue();
      assertThat(outcome.message())
          .contains("CUDA out of memory", "training.micro-batch is the least already");
    }
    assertThat(TinyRun.events(root, "settings")).isEqualTo(List.of());
  }
}
