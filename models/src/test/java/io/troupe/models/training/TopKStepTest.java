package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.AdaptiveAugment;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.compile.PenaltyCheck;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.losses.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Top-k training with what else there is in a step. */
@Tag("gradient")
class TopKStepTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<Arguments> all() {
    return Stream.of(SmallGan.BIGGAN, SmallGan.CIFAR, SmallGan.R3GAN)
        .flatMap(
            gan ->
                Stream.of(new DiffAugment(true, true, true), new AdaptiveAugment(1, 1, 1, 1))
                    .map(augmentation -> Arguments.of(gan, augmentation)));
  }

  /** By finite differences in double: two of four images, with each kind of loss. */
  @ParameterizedTest
  @MethodSource("all")
  void gradientsThroughAugmentation(SmallGan gan, Augmentation augmentation) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs =
          gan.graphs(
              gan.networks(),
              latents,
              augmentation,
              new TrainingSettings.Consistency(10, 5),
              new TrainingSettings.Lecam(0.3, 0.99),
              new TrainingSettings.TopK(0.5, 0, 1));
      List<String> parameters =
          graphs.fakes(new GraphBuilder(DataType.DOUBLE)).slots().stream()
              .filter(ParameterLayout.Slot::trainable)
              .map(slot -> StepGraphs.GENERATOR + slot.name())
              .toList();
      List<Graph> steps = new ArrayList<>();
      if (graphs.loss().isRelativistic()) {
        steps.add(graphs.realLogits(new GraphBuilder(DataType.DOUBLE)));
      }
      steps.add(graphs.generatorStep(new GraphBuilder(DataType.DOUBLE), parameters));
      try (PenaltyCheck check = new PenaltyCheck(steps, StepGraphs.LOSS, parameters)) {
        check.set(TopK.COUNT, 2).set(TopK.SHARE, 0.5).scale(generatorScale(gan));
        steps.stream()
            .flatMap(step -> step.inputs().keySet().stream())
            .distinct()
            .filter(name -> name.startsWith(StepGraphs.DISCRIMINATOR))
            .forEach(name -> check.array(name).muli(discriminatorScale(gan)));
        check.checkAlong(TOLERANCE);
      }
    }
  }

  /** With which the slope is not lost in the rounding of the loss. */
  private static double generatorScale(SmallGan gan) {
    return gan == SmallGan.R3GAN ? 1 : 0.3;
  }

  /** With which logits are neither nothing nor enormous. */
  private static double discriminatorScale(SmallGan gan) {
    return switch (gan) {
      case CIFAR -> 3;
      case R3GAN -> 0.027;
      default -> 0.3;
    };
  }

  static Stream<RunSettings> trainings() {
    return Stream.of(
        settings(
            "demo",
            "dataset.images=50",
            "training.diff-augment.color=true",
            "training.diff-augment.translation=true",
            "training.consistency.real=10",
            "training.lecam.weight=0.3"),
        // The discriminator is updated in the generator step's pause.
        settings(
            "stylegan2-ada-cifar100",
            "network.latent-size=6",
            "network.stylegan2.style-size=7",
            "network.stylegan2.mapping-layers=2",
            "network.stylegan2.most-channels=9",
            "network.stylegan2.deviation-group=4",
            "training.same-fakes=true",
            "training.first=discriminator",
            "training.path-length.weight=2",
            "training.path-length.every=1",
            "training.path-length.start-step=1",
            "compute.precision=mixed",
            "compute.bfloat16=portable"));
  }

  private static RunSettings settings(String preset, String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.addAll(
        List.of("training.top-k.share=0.5", "training.top-k.decay=0.6", "training.top-k.images=8"));
    return MicroBatchTest.settings(preset, all.toArray(String[]::new));
  }

  /** The first step has all images; a run that goes on has the k of its step. */
  @ParameterizedTest
  @MethodSource("trainings")
  void goesOnWithTheImagesOfItsStep(RunSettings settings) {
    try (MicroBatchTest.Run whole = new MicroBatchTest.Run(settings);
        MicroBatchTest.Run resumed = new MicroBatchTest.Run(settings);
        TrainingState state = new TrainingState(whole.training)) {
      whole.step(1);
      state.copyFrom(whole.training, 1);
      state.copyInto(resumed.training);
      List<float[]> before = whole.values();
      whole.step(2);
      List<float[]> second = whole.values();
      resumed.step(2);
      assertThat(resumed.values().get(0))
          .containsExactly(second.get(0))
          .isNotEqualTo(before.get(0));
      assertThat(resumed.values().get(1)).containsExactly(second.get(1));
      // Another step's k is another generator, by the same discriminator.
      state.copyInto(resumed.training);
      resumed.training.adopt(SettingsLoader.with(settings, Map.of("training.top-k.share", "0.9")));
      resumed.step(2);
      assertThat(resumed.values().get(0)).isNotEqualTo(second.get(0));
    }
  }
}
