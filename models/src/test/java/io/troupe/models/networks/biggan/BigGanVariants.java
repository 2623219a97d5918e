package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.NetworkSettings.Biggan;
import io.troupe.config.NetworkSettings.Dcgan;
import io.troupe.config.NetworkSettings.Stylegan2;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;

/** Settings with options of BigGAN. */
public final class BigGanVariants {
  private static final NetworkSettings SMALL = PlainNetworks.of("biggan", 6, 4, 5, 0.3);

  /** Of few channels and three classes. */
  static final BigGanGenerator GENERATOR = new BigGanGenerator(SMALL, ImageSpec.rgb(32, 3));

  /** As {@link #GENERATOR}. */
  static final BigGanDiscriminator DISCRIMINATOR =
      new BigGanDiscriminator(SMALL, ImageSpec.rgb(32, 3));

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
