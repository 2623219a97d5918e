package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.PublishedImages;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps in micro-batches against steps of the whole batch. */
@Tag("parity")
class MicroBatchTest {
  static final int CLASSES = 3;

  /** With a large epsilon Adam's update is nearly the gradient, whose rounding stays small. */
  private static final List<String> SMOOTH =
      List.of(
          "training.generator.epsilon=1",
          "training.discriminator.epsilon=1",
          "training.generator.learning-rate=0.1",
          "training.discriminator.learning-rate=0.1");

  private static final Percentage NEAR = Percentage.withPercentage(0.01);

  static RunSettings settings(String preset, String... overrides) {
    List<String> all = new ArrayList<>(SMOOTH);
    all.add("training.batch=8");
    all.add("network.generator-channels=8");
    all.add("network.discriminator-channels=8");
    all.addAll(List.of(overrides));
    if (preset.startsWith("dcgan")) {
      all.add("dataset.path=.");
      all.remove("dataset.images=50");
    }
    return SettingsLoader.load(preset, List.of(), all);
  }

  private static RunSettings styleGan2(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "network.latent-size=6",
                "network.stylegan2.style-size=7",
                "network.stylegan2.mapping-layers=2",
                "network.stylegan2.most-channels=9",
                "network.stylegan2.deviation-group=2",
                "training.discriminator-steps=2",
                "training.diff-augment.color=true",
                "training.diff-augment.translation=true",
                "training.diff-augment.cutout=true",
                "training.style-mixing=0.5",
                "training.gradient-penalty.weight=3",
                "training.gradient-penalty.every=2",
                "training.path-length.weight=2",
                "training.path-length.every=1",
                "training.path-length.start-step=1"));
    all.addAll(List.of(overrides));
    return settings("stylegan2-cifar100", all.toArray(String[]::new));
  }

  static List<Arguments> networksWithoutBatchStatistics() {
    // Each takes many seconds to compile, so that one has several of what may go wrong.
    return List.of(
        Arguments.of(
            2,
            styleGan2("training.regularisation=separate", "training.path-length.batch-shrink=3")),
        Arguments.of(
            4,
            styleGan2(
                "training.same-fakes=true",
                "training.clip-norm=0.1",
                "training.consistency.real=3",
                "training.consistency.fake=2",
                "training.lecam.weight=0.3")),
        Arguments.of(
            2,
            styleGan2(
                "training.first=generator",
                "training.loss=logistic",
                "training.path-length.batch-shrink=2",
                "network.stylegan2.design=cifar")),
        Arguments.of(
            4,
            settings(
                "r3gan-cifar100-small",
                "network.latent-size=6",
                "network.generator-channels=16",
                "network.discriminator-channels=16")));
  }

  /**
   * Both networks with their states, and what the journal says of the step; and from its state
   * after the first step the second is done again bit for bit.
   */
  @ParameterizedTest
  @MethodSource("networksWithoutBatchStatistics")
  void anAccumulatedStepIsTheWholeOne(int microBatch, RunSettings settings) {
    try (Run whole = new Run(settings);
        Run parts = new Run(withMicroBatch(settings, microBatch));
        TrainingState state = new TrainingState(parts.training)) {
      List<float[]> before = whole.values();
      for (int step = 1; step <= 2; step++) {
        StepResult expected = whole.step(step);
        StepResult result = parts.step(step);
        if (step == 1) {
          state.copyFrom(parts.training, step);
        }
        assertThat(result.penalties().keySet()).isEqualTo(expected.penalties().keySet());
        expected
            .penalties()
            .forEach((name, value) -> assertThat(result.penalty(name)).isCloseTo(value, NEAR));
        assertThat(result.discriminatorLoss()).isCloseTo(expected.discriminatorLoss(), NEAR);
        assertThat(result.generatorLoss()).isCloseTo(expected.generatorLoss(), NEAR);
        assertThat(result.realLogit()).isCloseTo(expected.realLogit(), within(1e-5));
        assertThat(result.fakeLogit()).isCloseTo(expected.fakeLogit(), within(1e-5));
      }
      for (int network = 0; network < 2; network++) {
        assertThat(
                difference(
                    before.get(network), whole.values().get(network), parts.values().get(network)))
            .isLessThan(1e-4);
      }
      List<float[]> through = parts.values();
      state.copyInto(parts.training);
      parts.step(2);
      assertThat(parts.values().get(0)).containsExactly(through.get(0));
      assertThat(parts.values().get(1)).containsExactly(through.get(1));
    }
  }

  /** Of what has changed: the norm of the difference over the norm of the change. */
  private static double difference(float[] before, float[] expected, float[] actual) {
    double change = 0;
    double difference = 0;
    for (int i = 0; i < before.length; i++) {
      change += Math.pow(expected[i] - before[i], 2);
      difference += Math.pow(actual[i] - expected[i], 2);
    }
    assertThat(change).isPositive();
    return Math.sqrt(difference / change);
  }

  private static RunSettings withMicroBatch(RunSettings settings, int images) {
    return SettingsLoader.with(settings, Map.of("training.micro-batch", Integer.toString(images)));
  }

  /**
   * Batch norm sees a micro-batch: by ND4J's own execution of each micro-batch, on the draws of the
   * whole batch, their gradients and next states averaged. Adam's first moment is the gradient.
   */
  @ParameterizedTest
  @CsvSource({
    "demo, training.clip-norm=0",
    "dcgan-celeba, training.clip-norm=0",
    "demo, training.top-k.share=0.5 training.top-k.decay=0 training.top-k.images=1"
  })
  void withBatchNormItIsTheMeanOfItsMicroBatches(String preset, String changes) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "training.micro-batch=4",
                "training.discriminator-steps=1",
                "training.same-fakes=false",
                "training.generator.beta1=0",
                "training.discriminator.beta1=0",
                "dataset.images=50"));
    overrides.addAll(List.of(changes.split(" ")));
    RunSettings settings = settings(preset, overrides.toArray(String[]::new));
    try (Run run = new Run(settings);
        OneByOne expected = new OneByOne(settings, run)) {
      expected.discriminatorStep();
      run.step(OneByOne.STEP);
      expected.checkDiscriminator();
      // The discriminator's update is the training's; only its states are not known before.
      expected.generatorStep();
      expected.checkGenerator();
    }
  }

  @Test
  void oneMicroBatchIsTheWholeBatchBitForBit() {
    RunSettings settings = settings("demo", "dataset.images=50");
    try (Run whole = new Run(settings);
        Run one = new Run(withMicroBatch(settings, 8))) {
      whole.step(1);
      one.step(1);
      assertThat(one.values().get(0)).containsExactly(whole.values().get(0));
      assertThat(one.values().get(1)).containsExactly(whole.values().get(1));
    }
  }

  @Test
  void smallerMicroBatchesTakeLessMemory() {
    RunSettings settings = settings("demo", "dataset.images=50", "training.batch=32");
    try (Run whole = new Run(settings);
        Run parts = new Run(withMicroBatch(settings, 4))) {
      assertThat(parts.training.plannedBytes())
          .isBetween(whole.training.plannedBytes() / 8, whole.training.plannedBytes() / 5);
    }
  }

  static final class Run implements AutoCloseable {
    final GanTraining training;
    final RunSettings settings;

    Run(RunSettings settings) {
      this.settings = settings;
      training =
          new GanTraining(settings, PublishedImages.of(settings, CLASSES), CompiledGraph::compile);
    }

    StepResult step(long step) {
      int[] labels = new int[settings.training().imagesPerStep()];
      return training.step(step, draw(step, labels), labels);
    }

    /** Real images of a step, and their labels. */
    private FloatBuffer draw(long step, int[] labels) {
      int size = training.spec().size();
      FloatBuffer pixels = FloatBuffer.allocate(labels.length * size * size * 3);
      CounterRandom random = new CounterRandom(5, Stream.INITIALISATION, step, 0);
      for (int i = 0; i < pixels.capacity(); i++) {
        pixels.put(i, (float) random.nextDouble(-1, 1));
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = random.nextInt(CLASSES);
      }
      return pixels;
    }

    /** Fills arrays with some of a step's images from a row on. */
    void load(long step, int row, FloatVector images, OneHot classes) {
      int[] labels = new int[settings.training().imagesPerStep()];
      FloatBuffer pixels = draw(step, labels);
      int length = images.length() / classes.rows();
      images.write().put(0, pixels, row * length, images.length());
      for (int i = 0; i < classes.rows(); i++) {
        classes.set(i, labels[row + i]);
      }
    }

    List<FloatVector> networks() {
      return List.of(
          training.generator().values().floats(), training.discriminator().values().floats());
    }

    List<float[]> values() {
      return networks().stream().map(Run::copy).toList();
    }

    static float[] copy(FloatVector vector) {
      float[] copy = new float[vector.length()];
      vector.read().get(0, copy);
      return copy;
    }

    @Override
    public void close() {
      training.close();
    }
  }
}
