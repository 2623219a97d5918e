package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.NetworkSettings.Biggan;
import io.troupe.config.NetworkSettings.Dcgan;
import io.troupe.config.NetworkSettings.Stylegan2;

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
  public static NetworkSettings network(
      int latentSize, int generatorChannels, int discriminatorChannels, Biggan options) {
    return new NetworkSettings(
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
