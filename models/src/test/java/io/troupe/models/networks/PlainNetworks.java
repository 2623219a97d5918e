package io.troupe.models.networks;

import io.troupe.config.NetworkSettings;

/** Settings of networks with the default options of each kind. */
public final class PlainNetworks {
  private PlainNetworks() {}

  /** Settings with the published epsilons and momentum. */
  public static NetworkSettings of(
      String kind,
      int latentSize,
      int generatorChannels,
      int discriminatorChannels,
      double deviation) {
    return of(kind, latentSize, generatorChannels, discriminatorChannels, deviation, 1e-5);
  }

  /** Settings with another epsilon of batch norms. */
  public static NetworkSettings of(
      String kind,
      int latentSize,
      int generatorChannels,
      int discriminatorChannels,
      double deviation,
      double batchNormEpsilon) {
    return new NetworkSettings(
        kind,
        latentSize,
        generatorChannels,
        discriminatorChannels,
        deviation,
        1e-8,
        batchNormEpsilon,
        0.1,
        NetworkSettings.Biggan.PLAIN,
        NetworkSettings.Dcgan.PLAIN,
        NetworkSettings.Stylegan2.COMPACT);
  }
}
