package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.OffHeap;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TrainedNetwork;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The graphs of BigGAN's training and sampling, small. */
@Tag("parity")
class CompiledBigGanTest {
  private static final int CLASSES = 5;
  private static final RunSettings SETTINGS =
      SettingsLoader.load(
          "demo",
          List.of(),
          List.of(
              "training.batch=3",
              "training.discriminator-steps=1",
              "network.latent-size=7",
              "network.generator-channels=6",
              "network.discriminator-channels=5"));

  @Test
  void trainingIsThatOfSameDiffBitForBit() {
    try (GanTraining compiled =
            new GanTraining(
                SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::withoutReplacements);
        GanTraining reference =
            new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), SameDiffProgram::compile)) {
      for (int step = 1; step <= 3; step++) {
        StepResult actual = step(compiled, step);
        StepResult expected = step(reference, step);
        assertThat(actual.discriminatorLoss()).isEqualTo(expected.discriminatorLoss());
        assertThat(actual.generatorLoss()).isEqualTo(expected.generatorLoss());
        assertThat(actual.realLogit()).isEqualTo(expected.realLogit());
        same(compiled.generator(), reference.generator(), step);
        same(compiled.discriminator(), reference.discriminator(), step);
      }
    }
  }

  private static void same(TrainedNetwork actual, TrainedNetwork expected, int step) {
    for (ParameterLayout.Slot slot : actual.values().layout().slots()) {
      assertThat(values(actual.values().view(slot.name())))
          .as("%s after step %d", slot.name(), step)
          .isEqualTo(values(expected.values().view(slot.name())));
    }
    // The first moment without decay (beta1 = 0) is the last gradient.
    assertThat(values(actual.adam().firstMoments().array()))
        .isEqualTo(values(expected.adam().firstMoments().array()));
  }

  @Test
  void gradientPenaltyIsThatOfSameDiffAndOnlyWhereDue() throws Exception {
    RunSettings settings =
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of(
                "training.batch=3",
                "training.discriminator-steps=1",
                "training.gradient-penalty.weight=5",
                "training.gradient-penalty.every=2",
                "network.latent-size=7",
                "network.generator-channels=6",
                "network.discriminator-channels=5"));
    try (GanTraining compiled =
            new GanTraining(
                settings, ImageSpec.rgb(32, CLASSES), CompiledGraph::withoutReplacements);
        GanTraining reference =
            new GanTraining(settings, ImageSpec.rgb(32, CLASSES), SameDiffProgram::compile);
        GanTraining without =
            new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      for (int step = 1; step <= 4; step++) {
        StepResult actual = step(compiled, step);
        assertThat((Double) actual.penalty("gradient_penalty"))
            .isEqualTo((Double) step(reference, step).penalty("gradient_penalty"));
        assertThat(Double.isNaN(actual.penalty("gradient_penalty"))).isEqualTo(step % 2 == 0);
        same(compiled.discriminator(), reference.discriminator(), step);
        assertThat(step(without, step).penalty("gradient_penalty")).isNaN();
      }
      assertThat(values(compiled.discriminator().values().trainable()))
          .isNotEqualTo(values(without.discriminator().values().trainable()));
    }
  }

  @Test
  void samplesAreThoseOfSameDiffBitForBit() {
    for (BatchNormMode mode : BatchNormMode.values()) {
      try (GanTraining training =
              new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile);
          GeneratorSampler compiled =
              new GeneratorSampler(
                  SETTINGS.network(),
                  ImageSpec.rgb(32, CLASSES),
                  new GeneratorSampler.Use(3, mode),
                  CompiledGraph::withoutReplacements);
          GeneratorSampler reference =
              new GeneratorSampler(
                  SETTINGS.network(),
                  ImageSpec.rgb(32, CLASSES),
                  new GeneratorSampler.Use(3, mode),
                  SameDiffProgram::compile)) {
        step(training, 1);
        assertThat(sample(compiled, training)).isEqualTo(sample(reference, training));
      }
    }
  }

  private static float[] sample(GeneratorSampler sampler, GanTraining training) {
    sampler.load(training.generator().values().floats());
    CounterRandom random = new CounterRandom(2, Stream.GENERATOR_LATENT, 0, 0);
    for (int row = 0; row < sampler.batch(); row++) {
      float[] latent = new float[SETTINGS.network().latentSize()];
      for (int i = 0; i < latent.length; i++) {
        latent[i] = (float) random.nextGaussian();
      }
      sampler.set(row, latent, row);
    }
    float[] pictures = new float[sampler.batch() * sampler.pictureLength()];
    sampler.generate(pictures, 0, sampler.batch());
    return pictures;
  }

  @Test
  void memoryIsSharedAndRunsAllocateNothing() throws InterruptedException {
    List<CompiledGraph> programs = new ArrayList<>();
    try (GanTraining training =
        new GanTraining(
            SETTINGS,
            ImageSpec.rgb(32, CLASSES),
            bindings -> {
              programs.add(CompiledGraph.of(bindings));
              return programs.get(programs.size() - 1);
            })) {
      step(training, 1);
      CompiledGraph discriminatorStep = programs.get(1);
      assertThat((double) discriminatorStep.resultBytes())
          .isLessThan(0.45 * discriminatorStep.unplannedBytes());
      for (CompiledGraph program : programs) {
        runsAllocateNothing(program);
      }
    }
  }

  private static void runsAllocateNothing(CompiledGraph program) throws InterruptedException {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (int i = 0; i < 12; i++) {
      program.run();
    }
    long offHeap = OffHeap.settledBytes();
    long heap = threads.getThreadAllocatedBytes(thread);
    int runs = 5;
    for (int i = 0; i < runs; i++) {
      program.run();
    }
    long garbage = (threads.getThreadAllocatedBytes(thread) - heap) / runs;
    assertThat(OffHeap.bytes()).isEqualTo(offHeap);
    assertThat(garbage).isLessThan(150_000);
  }

  private static StepResult step(GanTraining training, int step) {
    int count = SETTINGS.training().batch() * SETTINGS.training().discriminatorSteps();
    int[] labels = new int[count];
    CounterRandom random = new CounterRandom(1, Stream.DISCRIMINATOR_LATENT, step, 99);
    try (INDArray images = Nd4j.create(DataType.FLOAT, count, 32, 32, 3)) {
      for (long i = 0; i < images.length(); i++) {
        images.data().put(i, (float) random.nextDouble(-1, 1));
      }
      for (int i = 0; i < count; i++) {
        labels[i] = random.nextInt(CLASSES);
      }
      return training.step(step, images.data().asNioFloat(), labels);
    }
  }

  private static float[] values(INDArray array) {
    return array.dup().data().asFloat();
  }
}
