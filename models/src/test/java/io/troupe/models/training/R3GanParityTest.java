package io.troupe.models.training;

import static io.troupe.models.training.StepGraphs.DISCRIMINATOR;
import static io.troupe.models.training.StepGraphs.GENERATOR;
import static io.troupe.models.training.StepGraphs.LOSS;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.parity.Parity;
import io.troupe.models.penalties.GradientPenalty;
import io.troupe.models.penalties.PenaltyWeight;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * R3GAN with few channels, of two groups in blocks, as by PyTorch: what {@link GanStepsParityTest}
 * does not have of it.
 */
@Tag("parity")
class R3GanParityTest {
  private static final int BATCH = 4;
  private static final int CLASSES = 3;
  private static final RunSettings SETTINGS =
      SettingsLoader.load(
          "r3gan-cifar100",
          List.of(),
          List.of(
              "training.batch=" + BATCH,
              "network.latent-size=6",
              "network.generator-channels=16",
              "network.discriminator-channels=16",
              "training.ada.blit=0",
              "training.ada.geometry=0",
              "training.ada.color=0",
              "training.ada.cutout=0"));

  /** R1 and R2 by one tangent pass. */
  @ParameterizedTest
  @EnumSource
  void gradientPenalty(Parity parity) {
    double weight = 5;
    try (Latents latents = latents(16)) {
      StepGraphs graphs = graphs(latents);
      ParameterLayout layout = graphs.discriminatorStep(new GraphBuilder(parity.type()));
      GradientPenalty kind = new GradientPenalty(0, 2);
      Graph gradient =
          kind.gradientGraph(parity.type(), graphs.discriminator()::allLogits, graphs.pictures());
      Graph penalty =
          kind.penaltyGraph(
              parity.type(),
              graphs.discriminator()::allLogits,
              trainable(DISCRIMINATOR, layout),
              graphs.pictures());
      Map<String, double[]> given =
          Map.of(
              PenaltyWeight.WEIGHT,
              new double[] {2 * weight},
              PenaltyWeight.SCALE,
              new double[] {2 * weight / BATCH});
      parity.check("r3gan-penalty", List.of(gradient, penalty), given, LOSS);
    }
  }

  /** Whose stages at 64x64 have half the channels. */
  @ParameterizedTest
  @EnumSource
  void largerImages(Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = latents(64)) {
      GanNetworks networks = networks(64);
      GeneratorInputs inputs = latents.declare(graph);
      SDVariable images = networks.images(graph.scope(GENERATOR, BatchNormMode.BATCH), inputs);
      graph.output(
          "logits",
          networks.logits(
              graph.scope(DISCRIMINATOR, BatchNormMode.BATCH), images, inputs.labels(), BATCH, 1));
      graph.output(
          "images",
          graph
              .sameDiff()
              .stridedSlice(
                  images, new long[] {0, 0, 0, 0}, new long[] {1, 64, 64, 3}, 1, 8, 8, 1));
      parity.check("r3gan-64", List.of(graph.build()));
    }
  }

  private static GanNetworks networks(int size) {
    return GanNetworks.of(SETTINGS.network(), ImageSpec.rgb(size, CLASSES));
  }

  private static Latents latents(int size) {
    return new Latents(networks(size), BATCH, SETTINGS.network().latentSize(), CLASSES, 0);
  }

  private static StepGraphs graphs(Latents latents) {
    return new StepGraphs(
        SETTINGS.training(),
        AdversarialLoss.named(SETTINGS.training().loss()),
        networks(16),
        latents,
        new DiffAugment(false, false, false),
        CLASSES);
  }

  private static List<String> trainable(String network, ParameterLayout layout) {
    return layout.slots().stream().map(slot -> network + slot.name()).toList();
  }
}
