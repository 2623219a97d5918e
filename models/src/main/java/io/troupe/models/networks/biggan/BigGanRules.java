package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.layers.SelfAttention;
import io.troupe.models.networks.ImageSpec;
import java.util.List;
import java.util.Optional;

/** Whether BigGAN's options fit each other, the channels and the images. */
record BigGanRules(NetworkSettings network, SettingsProblems problems) {
  void check() {
    NetworkSettings.Biggan biggan = network.biggan();
    if (biggan.hierarchical()) {
      checkHierarchy();
    }
    checkAttention("generator", biggan.generatorAttention(), network.generatorChannels());
    checkAttention(
        "discriminator", biggan.discriminatorAttention(), network.discriminatorChannels());
  }

  private void checkHierarchy() {
    if (!problems.concern("network.biggan.shared-embedding")
        && network.biggan().sharedEmbedding() == 0) {
      problems.report(
          "network.biggan.hierarchical",
          "network.biggan.hierarchical is true and network.biggan.shared-embedding is 0; allowed"
              + " with it: at least 1");
    }
  }

  private void checkAttention(String part, int side, int channels) {
    String key = "network.biggan." + part + "-attention";
    String width = "network." + part + "-channels";
    if (side == 0 || problems.concern(key)) {
      return;
    }
    if (!problems.concern(width) && channels % SelfAttention.KEY_SHARE != 0) {
      problems.report(
          width,
          "%s is %d; allowed with %s: a multiple of %d"
              .formatted(width, channels, key, SelfAttention.KEY_SHARE));
    }
  }

  /** Options that there is no block for, and a latent vector that cannot be split. */
  static Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
    NetworkSettings.Biggan options = settings.biggan();
    BigGanBlocks blocks = BigGanBlocks.of(spec.size());
    int chunks = blocks.generator().size() + 1;
    if (options.hierarchical() && settings.latentSize() % chunks != 0) {
      return Optional.of(
          ("network.latent-size is %d; with network.biggan.hierarchical and images of %d pixels it"
                  + " must be a multiple of %d, such as %d")
              .formatted(
                  settings.latentSize(),
                  spec.size(),
                  chunks,
                  chunks * Math.max(1, Math.round((float) settings.latentSize() / chunks))));
    }
    for (char layer : options.quantiser().layers().toCharArray()) {
      if (layer - '0' >= blocks.discriminator().size()) {
        return Optional.of(
            ("network.biggan.quantiser.layers has %s; the blocks of the discriminator of images"
                    + " of %d pixels are 0 to %d")
                .formatted(layer, spec.size(), blocks.discriminator().size() - 1));
      }
    }
    return attentionMisfit("generator", options.generatorAttention(), blocks.generatorSides(), spec)
        .or(
            () ->
                attentionMisfit(
                    "discriminator",
                    options.discriminatorAttention(),
                    blocks.discriminatorSides(spec.size()),
                    spec));
  }

  private static Optional<String> attentionMisfit(
      String part, int side, List<Integer> sides, ImageSpec spec) {
    return side == 0 || sides.contains(side)
        ? Optional.empty()
        : Optional.of(
            ("network.biggan.%1$s-attention is %2$d, which is no resolution of a block of the %1$s"
                    + " for images of %3$d pixels; allowed: 0 or one of %4$s")
                .formatted(part, side, spec.size(), sides));
  }
}
