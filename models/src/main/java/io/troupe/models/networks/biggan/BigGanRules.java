package io.troupe.models.networks.biggan;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.layers.SelfAttention;
import java.util.List;

/** Whether BigGAN's options fit each other and the sizes. */
record BigGanRules(RunSettings.Network network, SettingsProblems problems) {
  void check() {
    RunSettings.Biggan biggan = network.biggan();
    if (biggan.hierarchical()) {
      checkHierarchy();
    }
    checkAttention(
        "generator", biggan.generatorAttention(), network.generatorChannels(), List.of(8, 16, 32));
    checkAttention(
        "discriminator",
        biggan.discriminatorAttention(),
        network.discriminatorChannels(),
        List.of(16, 8));
  }

  private void checkHierarchy() {
    if (!problems.concern("network.biggan.shared-embedding")
        && network.biggan().sharedEmbedding() == 0) {
      problems.report(
          "network.biggan.hierarchical",
          "network.biggan.hierarchical is true and network.biggan.shared-embedding is 0; allowed"
              + " with it: at least 1");
    }
    if (!problems.concern("network.latent-size")
        && network.latentSize() % BigGanGenerator.CHUNKS != 0) {
      problems.report(
          "network.latent-size",
          "network.latent-size is %d; allowed with network.biggan.hierarchical: a multiple of %d"
              .formatted(network.latentSize(), BigGanGenerator.CHUNKS));
    }
  }

  private void checkAttention(String part, int side, int channels, List<Integer> sides) {
    String key = "network.biggan." + part + "-attention";
    String width = "network." + part + "-channels";
    if (side == 0 || problems.concern(key)) {
      return;
    }
    if (!sides.contains(side)) {
      problems.report(
          key,
          "%s is %d, which is no resolution of a block of the %s; allowed: 0 or one of %s"
              .formatted(key, side, part, sides));
    }
    if (!problems.concern(width) && channels % SelfAttention.KEY_SHARE != 0) {
      problems.report(
          width,
          "%s is %d; allowed with %s: a multiple of %d"
              .formatted(width, channels, key, SelfAttention.KEY_SHARE));
    }
  }
}
