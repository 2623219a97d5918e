package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The preset of BigGAN with all options, small, in training. */
@Tag("parity")
class QuantisedBigGanTest {
  private static final int CLASSES = 5;
  private static final int BATCH = 3;
  private static final int STEPS = 2;
  private static final double DECAY = 0.9;

  @Test
  void trainingIsThatOfSameDiffBitForBit() {
    RunSettings settings =
        settings(
            "network.biggan.initialisation=orthogonal",
            "network.biggan.hierarchical=true",
            "network.biggan.shared-embedding=6",
            "network.biggan.generator-attention=16",
            "network.biggan.discriminator-attention=16",
            "training.gradient-penalty.weight=1");
    try (GanTraining compiled =
            new GanTraining(
                settings, ImageSpec.rgb(32, CLASSES), CompiledGraph::withoutReplacements);
        GanTraining reference =
            new GanTraining(settings, ImageSpec.rgb(32, CLASSES), SameDiffProgram::compile);
        GanTraining fast =
            new GanTraining(settings, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      for (int step = 1; step <= 2; step++) {
        StepResult actual = step(compiled, step);
        StepResult expected = step(reference, step);
        StepResult near = step(fast, step);
        assertThat(actual.perplexity()).isEqualTo(expected.perplexity()).isBetween(1.0, 64.0);
        assertThat(near.discriminatorLoss()).isCloseTo(expected.discriminatorLoss(), within(1e-2));
        assertThat(near.generatorLoss()).isCloseTo(expected.generatorLoss(), within(1e-2));
        assertThat(floats(compiled.generator().values()))
            .isEqualTo(floats(reference.generator().values()));
        assertThat(floats(compiled.discriminator().values()))
            .isEqualTo(floats(reference.discriminator().values()));
      }
    }
  }

  @Test
  void codesFollowInTheDiscriminatorsStepsOnly() {
    try (GanTraining training =
        new GanTraining(settings(), ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      ParameterVector values = training.discriminator().values();
      float[] before = values.view("block0.quantiser.codes").dup().data().asFloat();
      step(training, 1);
      assertThat(values.view("block0.quantiser.codes").dup().data().asFloat()).isNotEqualTo(before);
      for (int block = 0; block < 4; block++) {
        int side = block == 0 ? 16 : 8;
        double counted = 2 * BATCH * side * side * (1 - Math.pow(DECAY, STEPS));
        assertThat(values.view("block" + block + ".quantiser.counts").sumNumber().doubleValue())
            .isCloseTo(counted, within(1e-4 * counted));
      }
    }
  }

  /** Codes begin a distance of about 1 from the features, whose mean square is small. */
  @Test
  void bothNetworksPayForTheDistance() {
    try (GanTraining with =
            new GanTraining(settings(), ImageSpec.rgb(32, CLASSES), CompiledGraph::compile);
        GanTraining without =
            new GanTraining(
                settings("network.biggan.quantiser.commitment=0"),
                ImageSpec.rgb(32, CLASSES),
                CompiledGraph::compile)) {
      StepResult paid = step(with, 1);
      StepResult free = step(without, 1);
      assertThat(paid.discriminatorLoss()).isGreaterThan(free.discriminatorLoss() + 1);
      assertThat(paid.generatorLoss()).isGreaterThan(free.generatorLoss() + 0.01);
      assertThat(floats(with.generator().values()))
          .isNotEqualTo(floats(without.generator().values()));
    }
  }

  private static RunSettings settings(String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "training.batch=" + BATCH,
                "training.discriminator-steps=" + STEPS,
                "network.latent-size=8",
                "network.generator-channels=8",
                "network.discriminator-channels=8",
                "network.biggan.quantiser.layers=\"0123\"",
                "network.biggan.quantiser.decay=" + DECAY));
    overrides.addAll(List.of(more));
    return SettingsLoader.load("biggan-cifar100", List.of(), overrides);
  }

  private static StepResult step(GanTraining training, int step) {
    int pictures = BATCH * STEPS;
    int[] labels = new int[pictures];
    CounterRandom random = new CounterRandom(1, Stream.DISCRIMINATOR_LATENT, step, 99);
    FloatBuffer images = FloatBuffer.allocate(pictures * 32 * 32 * 3);
    for (int i = 0; i < images.capacity(); i++) {
      images.put(i, (float) random.nextDouble(-1, 1));
    }
    for (int i = 0; i < pictures; i++) {
      labels[i] = (step + i) % CLASSES;
    }
    return training.step(step, images, labels);
  }

  private static float[] floats(ParameterVector values) {
    return values.flat().dup().data().asFloat();
  }
}
