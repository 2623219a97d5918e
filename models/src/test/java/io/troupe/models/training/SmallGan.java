package io.troupe.models.training;

import io.troupe.config.NetworkSettings;
import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.NetworkSettings.StyleDesign;
import io.troupe.config.TrainingSettings;
import io.troupe.config.TrainingSettings.First;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.GradientPenalty;

/** A network with few channels of which PyTorch has computed training steps. */
enum SmallGan {
  BIGGAN("biggan", 32, "hinge"),
  BIGGAN_64("biggan-64", 64, "hinge"),
  BIGGAN_128("biggan-128", 128, "hinge"),
  DCGAN("dcgan", 64, "logistic"),
  DCGAN_CONDITIONAL_32("dcgan-conditional-32", 32, "logistic"),
  DCGAN_CONDITIONAL_128("dcgan-conditional-128", 128, "logistic"),
  COMPACT("stylegan2-compact", 32, "hinge"),
  COMPACT_128("stylegan2-compact-128", 128, "hinge"),
  CIFAR("stylegan2-cifar", 32, "logistic"),
  RESIDUAL_64("stylegan2-residual-64", 64, "logistic"),
  STRIDED("stylegan2-strided", 32, "logistic"),
  R3GAN("r3gan", 16, "rpgan");

  static final int BATCH = 4;
  static final int CLASSES = 3;
  static final int STYLE_SIZE = 8;

  /** The generator learns from all images. */
  static final TrainingSettings.TopK ALL = new TrainingSettings.TopK(1, 0.99, 50_000);

  private static final DeviationGroups CONSECUTIVE = DeviationGroups.CONSECUTIVE;
  private static final DeviationGroups STRIDED_GROUPS = DeviationGroups.STRIDED;

  private final String file;
  private final int size;
  private final String loss;

  SmallGan(String file, int size, String loss) {
    this.file = file;
    this.size = size;
    this.loss = loss;
  }

  NetworkSettings settings() {
    return switch (this) {
      case BIGGAN -> network("biggan", 6, 6);
      case BIGGAN_64 -> network("biggan", 2, 1);
      case BIGGAN_128 -> network("biggan", 1, 1);
      case DCGAN -> network("dcgan", 2, 4);
      case R3GAN -> network("r3gan", 16, 16);
      case DCGAN_CONDITIONAL_32, DCGAN_CONDITIONAL_128 ->
          network(
              "dcgan", 2, 4, new NetworkSettings.Dcgan(true), NetworkSettings.Stylegan2.COMPACT);
      case COMPACT -> styleGan2(StyleDesign.COMPACT, 3, 8, 8, BATCH, CONSECUTIVE);
      case COMPACT_128 -> styleGan2(StyleDesign.COMPACT, 2, 8, 8, BATCH, CONSECUTIVE);
      case RESIDUAL_64 -> styleGan2(StyleDesign.RESIDUAL, 3, 8, 2, BATCH, CONSECUTIVE);
      case CIFAR -> styleGan2(StyleDesign.CIFAR, 7, 7, 2, BATCH, CONSECUTIVE);
      case STRIDED -> styleGan2(StyleDesign.CIFAR, 7, 7, 2, BATCH / 2, STRIDED_GROUPS);
    };
  }

  static NetworkSettings network(String kind, int generator, int discriminator) {
    return network(
        kind,
        generator,
        discriminator,
        NetworkSettings.Dcgan.PLAIN,
        NetworkSettings.Stylegan2.COMPACT);
  }

  private static NetworkSettings network(
      String kind,
      int generator,
      int discriminator,
      NetworkSettings.Dcgan dcgan,
      NetworkSettings.Stylegan2 stylegan2) {
    return new NetworkSettings(
        kind,
        kind.equals("stylegan2") ? 8 : 6,
        generator,
        discriminator,
        0.02,
        1e-8,
        1e-5,
        0.1,
        NetworkSettings.Biggan.PLAIN,
        dcgan,
        stylegan2);
  }

  private static NetworkSettings styleGan2(
      StyleDesign design,
      int channels,
      int maxChannels,
      int mappingLayers,
      int group,
      DeviationGroups groups) {
    return network(
        "stylegan2",
        channels,
        channels,
        NetworkSettings.Dcgan.PLAIN,
        new NetworkSettings.Stylegan2(
            design, STYLE_SIZE, mappingLayers, maxChannels, group, groups));
  }

  GanNetworks networks() {
    return GanNetworks.of(settings(), ImageSpec.rgb(size, CLASSES));
  }

  String fixture(String graph) {
    return file + "-" + graph;
  }

  GradientPenalty penalty() {
    return new GradientPenalty(this == BIGGAN ? 1 : 0);
  }

  double penaltyWeight() {
    return this == BIGGAN ? 10 : 5;
  }

  Latents latents(double mixing) {
    return new Latents(networks(), BATCH, settings().latentSize(), CLASSES, mixing);
  }

  StepGraphs graphs(Latents latents) {
    return graphs(networks(), latents);
  }

  /** Of other networks, with its loss. */
  StepGraphs graphs(GanNetworks networks, Latents latents) {
    return graphs(
        networks,
        latents,
        new DiffAugment(false, false, false),
        new TrainingSettings.Consistency(0, 0),
        new TrainingSettings.Lecam(0, 0.99),
        ALL);
  }

  /** With augmentation, penalties on logits, and top-k training. */
  StepGraphs graphs(
      GanNetworks networks,
      Latents latents,
      Augmentation augmentation,
      TrainingSettings.Consistency consistency,
      TrainingSettings.Lecam lecam,
      TrainingSettings.TopK topK) {
    TrainingSettings.Adam adam = new TrainingSettings.Adam(1e-3, 0, 0.99, 1e-8);
    TrainingSettings training =
        new TrainingSettings(
            1,
            BATCH,
            TrainingSettings.WHOLE_BATCH,
            1,
            loss,
            0,
            0,
            First.DISCRIMINATOR,
            false,
            0,
            Regularisation.ADDED,
            adam,
            adam,
            new TrainingSettings.GradientPenalty(0, 0, 1),
            new TrainingSettings.PathLength(0, 0, 1, 0, 0),
            new TrainingSettings.DiffAugment(false, false, false),
            new TrainingSettings.Ada(0, 0, 0, 0, 0, 0.6, 500_000, 4),
            consistency,
            lecam,
            topK,
            TrainingSettings.BurnIn.NONE);
    return new StepGraphs(
        training, AdversarialLoss.named(loss), networks, latents, augmentation, CLASSES);
  }
}
