package io.troupe.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.optimisers.MovingAverage;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** What is kept in the engine's memory between steps, and what crosses. */
class ResidenceTest {
  private static final int CLASSES = 20;
  private static final long OTHERS = 64 << 10;

  @BeforeAll
  static void load() {
    Loader.load(torch.class);
  }

  private static GanTraining training(RunSettings settings, TorchEngine engine) {
    return new GanTraining(settings, Iterations.spec(settings, CLASSES), engine);
  }

  /** The loop of a run: a step, an update for the average, the average. */
  @Test
  void anIterationBringsPicturesLatentsAndScalarsAlone() {
    RunSettings settings = Iterations.full("biggan-cifar100-small");
    TorchEngine engine = (TorchEngine) Engine.named("torch").on("cpu");
    try (GanTraining training = training(settings, engine);
        FloatVector update = training.generator().values().floats().like();
        MovingAverage average = new MovingAverage(update, engine)) {
      Iterations iterations = new Iterations(settings, training, CLASSES);
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
    List<StepResult> expected = new ArrayList<>();
    try (GanTraining training =
        new GanTraining(
            settings, Iterations.spec(settings, CLASSES), Engine.named("native").on("cpu"))) {
      Iterations iterations = new Iterations(settings, training, CLASSES);
      expected.add(iterations.next());
      expected.add(iterations.next());
    }
    assertThat(TorchCheck.alone(engine, settings, expected)).isLessThan(1e-4);
    try (GanTraining training = training(settings, engine)) {
      Iterations iterations = new Iterations(settings, training, CLASSES);
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
      Iterations iterations = new Iterations(settings, first, CLASSES);
      iterations.next();
      state.copyFrom(first, 1);
      iterations.next();
      state.copyInto(second);
      new Iterations(settings, second, CLASSES).nextAfter(1);
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
