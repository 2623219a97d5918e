package io.troupe.models.networks.biggan;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Biggan;
import io.troupe.config.RunSettings.Dcgan;
import io.troupe.config.RunSettings.Stylegan2;

/** Settings with options of BigGAN. */
public final class BigGanVariants {
  private BigGanVariants() {}

  /** Options by their names; all others as published for CIFAR. */
  public static Biggan biggan(
      boolean hierarchical,
      int sharedEmbedding,
      int generatorAttention,
      int discriminatorAttention) {
    return new Biggan(
        hierarchical,
        sharedEmbedding,
        generatorAttention,
        discriminatorAttention,
        Biggan.PLAIN.initialisation(),
        Biggan.PLAIN.quantiser());
  }

  /** A network with options. */
  public static RunSettings.Network network(
      int latentSize, int generatorChannels, int discriminatorChannels, Biggan options) {
    return new RunSettings.Network(
        "biggan",
        latentSize,
        generatorChannels,
        discriminatorChannels,
        0.3,
        1e-8,
        1e-5,
        0.1,
        options,
        Dcgan.PLAIN,
        Stylegan2.COMPACT);
  }
}
