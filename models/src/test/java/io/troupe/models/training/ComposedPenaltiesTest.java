package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.AdaptiveAugment;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.compile.PenaltyCheck;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.penalties.GradientPenalty;
import io.troupe.models.penalties.NetworkFunction;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Each penalty of the discriminator with augmentation of what it sees, for each family of networks,
 * by finite differences in double.
 */
@Tag("gradient")
class ComposedPenaltiesTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<Arguments> all() {
    return Stream.of(
            SmallGan.BIGGAN,
            SmallGan.DCGAN_CONDITIONAL_32,
            SmallGan.COMPACT,
            SmallGan.CIFAR,
            SmallGan.R3GAN)
        .flatMap(
            gan ->
                Stream.of(new DiffAugment(true, true, true), new AdaptiveAugment(1, 1, 1, 1))
                    .map(augmentation -> Arguments.of(gan, augmentation)));
  }

  /** Consistency of real and generated images, and LeCam, as parts of the loss. */
  @ParameterizedTest
  @MethodSource("all")
  void onLogits(SmallGan gan, Augmentation augmentation) {
    try (Latents latents = gan.latents(0)) {
      GraphBuilder graph = new GraphBuilder(DataType.DOUBLE);
      List<String> parameters =
          trainable(graphs(gan, latents, augmentation).discriminatorStep(graph));
      Graph step = graph.build(StepGraphs.LOSS, parameters);
      requireAugmented(step, StepGraphs.REAL_AUGMENTATION, StepGraphs.FAKE_AUGMENTATION);
      requireAugmented(step, StepGraphs.REAL_MOVES, StepGraphs.FAKE_MOVES);
      try (PenaltyCheck check = new PenaltyCheck(List.of(step), StepGraphs.LOSS, parameters)) {
        check.scale(scale(gan)).checkAlong(TOLERANCE);
      }
    }
  }

  /** R1: the gradients at real images, through their augmentation. */
  @ParameterizedTest
  @MethodSource("all")
  void onGradientsAtRealImages(SmallGan gan, Augmentation augmentation) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs = graphs(gan, latents, augmentation);
      check(
          gan,
          graphs,
          new GradientPenalty(0),
          graphs.discriminator()::realLogits,
          StepGraphs.REAL_AUGMENTATION);
    }
  }

  /** R1 and R2 in one pass. */
  @ParameterizedTest
  @MethodSource("all")
  void onGradientsAtAllImages(SmallGan gan, Augmentation augmentation) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs = graphs(gan, latents, augmentation);
      check(
          gan,
          graphs,
          new GradientPenalty(0, 2),
          graphs.discriminator()::allLogits,
          StepGraphs.REAL_AUGMENTATION,
          StepGraphs.FAKE_AUGMENTATION);
    }
  }

  /** With which logits are neither nothing nor enormous. */
  private static double scale(SmallGan gan) {
    return switch (gan) {
      case COMPACT, CIFAR -> 3;
      case R3GAN -> 0.25;
      default -> 1;
    };
  }

  private static void check(
      SmallGan gan,
      StepGraphs graphs,
      GradientPenalty penalty,
      NetworkFunction logits,
      String... augmentations) {
    List<String> parameters =
        trainable(graphs.discriminatorStep(new GraphBuilder(DataType.DOUBLE)));
    Graph gradient = penalty.gradientGraph(DataType.DOUBLE, logits, graphs.pictures());
    requireAugmented(gradient, augmentations);
    Graph last = penalty.penaltyGraph(DataType.DOUBLE, logits, parameters, graphs.pictures());
    // A mean over all images, whose weight counts for each set.
    double weight = 5;
    try (PenaltyCheck check =
        new PenaltyCheck(List.of(gradient, last), GradientPenalty.PENALTY, parameters)) {
      check.weigh(weight, SmallGan.BATCH * penalty.sets()).scale(scale(gan)).checkAlong(TOLERANCE);
    }
  }

  private static void requireAugmented(Graph graph, String... names) {
    for (String name : names) {
      assertThat(graph.inputs().keySet()).as(name).anyMatch(input -> input.startsWith(name));
    }
  }

  private static StepGraphs graphs(SmallGan gan, Latents latents, Augmentation augmentation) {
    return gan.graphs(
        gan.networks(),
        latents,
        augmentation,
        new TrainingSettings.Consistency(10, 5),
        new TrainingSettings.Lecam(0.3, 0.99),
        SmallGan.ALL);
  }

  private static List<String> trainable(ParameterLayout layout) {
    return layout.slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .map(slot -> StepGraphs.DISCRIMINATOR + slot.name())
        .toList();
  }
}
