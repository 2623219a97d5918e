package io.troupe.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Workspace;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.optimisers.MovingAverage;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.StepPlan;
import io.troupe.models.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What is kept in the engine's memory between steps, and what crosses. */
class ResidenceTest {
  private static final long OTHERS = 64 << 10;

  @BeforeAll
  static void load() {
    TorchLibrary.load();
  }

  private static GanTraining training(RunSettings settings, TorchEngine engine) {
    return new GanTraining(settings, Iterations.spec(settings), engine);
  }

  /** The loop of a run: a step, an update for the average, the average. */
  @Test
  void anIterationBringsPicturesLatentsAndScalarsAlone() {
    RunSettings settings = Iterations.full("biggan-cifar100-small");
    TorchEngine engine = (TorchEngine) Engine.named("torch").on("cpu");
    try (GanTraining training = training(settings, engine);
        FloatVector update = training.generator().values().floats().like();
        MovingAverage average = new MovingAverage(update, engine)) {
      Iterations iterations = new Iterations(settings, training);
      long pictures = pictures(iterations, training);
      for (int i = 0; i < 3; i++) {
        long before = engine.crossedBytes();
        iterations.next();
        update.assign(training.generator().values().floats());
        average.follow(update, 0.9);
        if (i > 0) {
          assertThat(engine.crossedBytes() - before)
              .isBetween(pictures, (long) (1.05 * pictures) + OTHERS);
        }
      }
      long before = engine.crossedBytes();
      assertThat(average.values().read().get(0)).isNotZero();
      assertThat(engine.crossedBytes() - before).isEqualTo(4L * average.values().length());
    }
  }

  /** Gradients, states and pictures of micro-batches stay there too. */
  @Test
  void microBatchesAreThoseOfTheNativeEngine() {
    RunSettings settings =
        SettingsLoader.with(Iterations.small("demo"), Map.of("training.micro-batch", "4"));
    TorchEngine engine = (TorchEngine) Engine.named("torch").on("cpu");
    assertThat(
            Iterations.trained(settings, Engine.named("native").on("cpu"), 2)
                .losses(Iterations.trained(settings, engine, 2)))
        .isLessThan(1e-4);
    try (GanTraining training = training(settings, engine)) {
      Iterations iterations = new Iterations(settings, training);
      iterations.next();
      long before = engine.crossedBytes();
      iterations.next();
      assertThat(engine.crossedBytes() - before)
          .isLessThan((long) (1.05 * pictures(iterations, training)) + OTHERS);
    }
  }

  /** Bytes of the real pictures of an iteration. */
  private static long pictures(Iterations iterations, GanTraining training) {
    return (long) iterations.images() * training.spec().size() * training.spec().size() * 3 * 4;
  }

  @Test
  void theLibraryIsToBeRepeatable() {
    new TorchEngine("cpu", false);
    assertThat(torch.globalContext().deterministicAlgorithms()).isTrue();
    assertThat(torch.globalContext().deterministicAlgorithmsWarnOnly()).isTrue();
    assertThat(torch.globalContext().deterministicCuDNN()).isTrue();
    assertThat(torch.globalContext().benchmarkCuDNN()).isFalse();
    assertThat(torch.globalContext().deterministicFillUninitializedMemory()).isFalse();
  }

  /** Also of a program for which there is no memory any more. */
  @Test
  void plannedBytesAreThoseOfOpenPrograms() {
    TorchEngine engine = new TorchEngine("cpu", false);
    Map<DataType, Long> some = Map.of(DataType.FLOAT, 100L, DataType.BFLOAT16, 50L);
    Workspace workspace = new Workspace();
    try (PointerScope scope = new PointerScope()) {
      assertThat(scope).isNotNull();
      Arenas.Lease first = engine.arenas().lease(Optional.of(workspace), some);
      Arenas.Lease second =
          engine.arenas().lease(Optional.of(workspace), Map.of(DataType.FLOAT, 80L));
      Arenas.Lease own = engine.arenas().lease(Optional.empty(), Map.of(DataType.FLOAT, 80L));
      assertThat(second.ownBytes()).isZero();
      assertThat(engine.plannedBytes()).isEqualTo(400 + 100 + 320);
      first.close();
      own.close();
      assertThat(engine.plannedBytes()).isEqualTo(400);
      second.close();
      assertThatThrownBy(
              () ->
                  engine
                      .arenas()
                      .lease(
                          Optional.of(workspace),
                          new TreeMap<>(Map.of(DataType.FLOAT, 80L, DataType.INT64, 1L << 50))))
          .isInstanceOf(EngineMemoryException.class);
      assertThat(engine.plannedBytes()).isZero();
    }
  }

  /** Programs of which only one runs at a time take as much as the one that needs most. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sharedMemoryGrowsInItsPlace(boolean inDouble) {
    TorchEngine engine = inDouble ? TorchEngine.inDouble() : new TorchEngine("cpu", false);
    Optional<Workspace> workspace = Optional.of(new Workspace());
    try (PointerScope scope = new PointerScope();
        Arenas.Lease small = engine.arenas().lease(workspace, Map.of(DataType.FLOAT, 100L))) {
      assertThat(scope).isNotNull();
      Tensor part = part(small, 20, 80);
      try (Arenas.Lease large =
          engine.arenas().lease(workspace, Map.of(DataType.FLOAT, 1_000_000L))) {
        assertThat(large.ownBytes()).isEqualTo(4 * 999_900);
        assertThat(engine.plannedBytes()).isEqualTo(4_000_000);
        part(large, 0, 1_000_000).fill_(new Scalar(3f));
        assertThat(part.sum().item_double()).isEqualTo(240);
        part.fill_(new Scalar(5f));
        assertThat(part(large, 19, 82).sum().item_double()).isEqualTo(406);
        assertThatThrownBy(() -> engine.arenas().lease(workspace, Map.of(DataType.FLOAT, 1L << 50)))
            .isInstanceOf(EngineMemoryException.class)
            .hasMessageContaining("4503599627370496 bytes cannot be taken");
        // As before, but for its content.
        assertThat(engine.plannedBytes()).isEqualTo(4_000_000);
        part(large, 0, 1_000_000).fill_(new Scalar(2f));
        assertThat(part.sum().item_double()).isEqualTo(160);
      }
      part.fill_(new Scalar(1f));
      assertThat(part.sum().item_double()).isEqualTo(80);
    }
    assertThat(engine.plannedBytes()).isZero();
  }

  /** By which micro-batches are chosen; the later programs of some need more than the first. */
  @ParameterizedTest
  @ValueSource(strings = {"demo", "stylegan2-cifar100", "r3gan-cifar100-small", "dcgan-celeba"})
  void whatIsPlannedIsWhatIsTaken(String preset) {
    TorchEngine engine = new TorchEngine("cpu", false);
    for (RunSettings settings :
        List.of(Iterations.small(preset), Iterations.mixed(Iterations.small(preset)))) {
      try (GanTraining training = training(settings, engine)) {
        StepPlan plan = StepPlan.of(settings, Iterations.spec(settings), engine.planner());
        assertThat(plan.resultBytes()).isEqualTo(training.plannedBytes());
      }
      assertThat(engine.plannedBytes()).isZero();
    }
  }

  private static Tensor part(Arenas.Lease lease, long first, long length) {
    return lease
        .memory(DataType.FLOAT)
        .as_strided(new long[] {length}, new long[] {1}, new LongOptional(first));
  }

  @Test
  void tf32IsThereIfItIsAskedFor() {
    new TorchEngine("cpu", true);
    assertThat(torch.globalContext().allowTF32CuDNN()).isTrue();
    assertThat(torch.globalContext().allowTF32CuBLAS()).isTrue();
    new TorchEngine("cpu", false);
    assertThat(torch.globalContext().allowTF32CuDNN()).isFalse();
    assertThat(torch.globalContext().allowTF32CuBLAS()).isFalse();
  }

  /** By way of other memory, pinned where there is a GPU. */
  @Test
  void copiesAsToAGpuCarryTheSame() {
    RunSettings settings = Iterations.small("demo");
    TorchEngine plain = new TorchEngine("cpu", false);
    TorchEngine staged = TorchEngine.copyingAsToGpu();
    Trained expected = Iterations.trained(settings, plain, 2);
    Trained found = Iterations.trained(settings, staged, 2);
    assertThat(staged.isStaged()).isTrue();
    assertThat(plain.isStaged()).isFalse();
    for (int i = 0; i < expected.gradients().size(); i++) {
      assertThat(found.gradients().get(i)).isEqualTo(expected.gradients().get(i));
    }
    assertThat(staged.crossedBytes()).isEqualTo(plain.crossedBytes()).isPositive();
  }

  /** As of evaluations on another device than training's. */
  @Test
  void anotherEngineGetsWhatThisOneHasComputed() {
    RunSettings settings = Iterations.small("demo");
    TorchEngine engine = new TorchEngine("cpu", false);
    TorchEngine other = new TorchEngine("cpu", false);
    GeneratorSampler.Use use = new GeneratorSampler.Use(4, RunSettings.BatchNormMode.RUNNING);
    try (GanTraining training = training(settings, engine);
        GeneratorSampler here =
            new GeneratorSampler(settings.network(), training.spec(), use, engine);
        GeneratorSampler there =
            new GeneratorSampler(settings.network(), training.spec(), use, other)) {
      new Iterations(settings, training).next();
      float[] expected = pictures(here, settings, training);
      long crossed = engine.crossedBytes();
      assertThat(pictures(there, settings, training)).isEqualTo(expected);
      assertThat(engine.crossedBytes() - crossed)
          .isEqualTo(4L * training.generator().values().floats().length());
      new Iterations(settings, training).nextAfter(1);
      assertThat(pictures(there, settings, training))
          .isNotEqualTo(expected)
          .isEqualTo(pictures(here, settings, training));
    }
  }

  /**
   * As runs on two devices of a machine would: each with its own memory, in a thread of its own.
   */
  @Test
  void twoEnginesThatTrainAtOnceDoNotNoticeEachOther() throws Exception {
    RunSettings settings = Iterations.small("demo");
    Trained alone = Iterations.trained(settings, new TorchEngine("cpu", false), 3);
    List<TorchEngine> engines =
        List.of(new TorchEngine("cpu", false), TorchEngine.copyingAsToGpu());
    CyclicBarrier together = new CyclicBarrier(engines.size());
    ExecutorService threads = Executors.newFixedThreadPool(engines.size());
    try {
      List<Future<Trained>> runs =
          engines.stream()
              .map(
                  engine ->
                      threads.submit(
                          () -> {
                            together.await();
                            return Iterations.trained(settings, engine, 3);
                          }))
              .toList();
      for (Future<Trained> run : runs) {
        Trained found = run.get();
        assertThat(alone.losses(found)).isZero();
        assertThat(found.gradients()).hasSameSizeAs(alone.gradients());
        for (int i = 0; i < alone.gradients().size(); i++) {
          assertThat(found.gradients().get(i)).isEqualTo(alone.gradients().get(i));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(engines)
        .allSatisfy(
            engine -> {
              assertThat(engine.crossedBytes()).isPositive();
              assertThat(engine.keptBytes()).isZero();
              assertThat(engine.plannedBytes()).isZero();
            });
  }

  private static float[] pictures(
      GeneratorSampler sampler, RunSettings settings, GanTraining training) {
    sampler.load(training.generator().values().floats());
    float[] latent = new float[settings.network().latentSize()];
    for (int row = 0; row < sampler.batch(); row++) {
      latent[row] = 1;
      sampler.set(row, latent, row);
    }
    float[] pictures = new float[sampler.batch() * sampler.pictureLength()];
    sampler.generate(pictures, 0, sampler.batch());
    return pictures;
  }

  @Test
  void memoryThatIsNotThereIsSaidInBytes() {
    TorchEngine engine = (TorchEngine) Engine.named("torch").on("cpu");
    assertThatThrownBy(() -> engine.empty(1L << 50, DataType.FLOAT))
        .isInstanceOf(EngineMemoryException.class)
        .hasMessageContainingAll(Long.toString(1L << 52), "bytes cannot be taken on cpu");
  }

  @Test
  void aStateGoesOnToTheBit() {
    RunSettings settings = Iterations.small("demo");
    TorchEngine engine = (TorchEngine) Engine.named("torch").on("cpu");
    List<float[]> expected = new ArrayList<>();
    List<float[]> found = new ArrayList<>();
    try (GanTraining first = training(settings, engine);
        GanTraining second = training(settings, engine);
        TrainingState state = new TrainingState(first)) {
      Iterations iterations = new Iterations(settings, first);
      iterations.next();
      state.copyFrom(first, 1);
      iterations.next();
      state.copyInto(second);
      new Iterations(settings, second).nextAfter(1);
      collect(first, expected);
      collect(second, found);
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i));
    }
  }

  private static void collect(GanTraining training, List<float[]> values) {
    try (TrainingState state = new TrainingState(training)) {
      state.copyFrom(training, 2);
      for (FloatVector vector : state.vectors().values()) {
        float[] copy = new float[vector.length()];
        vector.read().get(0, copy);
        values.add(copy);
      }
    }
  }
}
