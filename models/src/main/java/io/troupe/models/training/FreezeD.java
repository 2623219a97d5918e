package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import java.util.List;
import java.util.Optional;

/**
 * The discriminator's blocks that are not trained: the first ones, which read the images (Mo, Cho
 * and Shin, "Freeze the discriminator: a simple baseline for fine-tuning GANs", 2020). Their states
 * stay too, so that spectral norm divides by the same number in each step; batch norm takes its
 * statistics of the batch all the same.
 */
public final class FreezeD {
  private FreezeD() {}

  /**
   * The frozen blocks of networks.
   *
   * @param count {@code training.freeze-d}
   * @throws IllegalArgumentException if there are not as many beside what gives logits
   */
  static List<NetworkBlock> blocks(GanNetworks networks, int count) {
    List<NetworkBlock> blocks = networks.discriminatorBlocks();
    if (count > most(blocks)) {
      throw new IllegalArgumentException(
          "%d of %d blocks cannot be frozen".formatted(count, blocks.size()));
    }
    return blocks.subList(0, count);
  }

  private static int most(List<NetworkBlock> blocks) {
    return Math.max(0, blocks.size() - 1);
  }

  /** The places of the frozen blocks of settings, such as {@code 64 to 32}. */
  public static List<String> places(RunSettings settings, ImageSpec spec) {
    return blocks(GanNetworks.of(settings.network(), spec), settings.training().freezeD()).stream()
        .map(NetworkBlock::place)
        .toList();
  }

  /** Why settings freeze what is not there, as a sentence; empty if they do not. */
  public static Optional<String> misfit(RunSettings settings, ImageSpec spec) {
    int count = settings.training().freezeD();
    List<NetworkBlock> blocks = GanNetworks.of(settings.network(), spec).discriminatorBlocks();
    return count <= most(blocks)
        ? Optional.empty()
        : Optional.of(
            ("training.freeze-d is %d; the discriminator for images of %d pixels has %d blocks that"
                    + " can be frozen: %s")
                .formatted(
                    count,
                    spec.size(),
                    most(blocks),
                    blocks.subList(0, most(blocks)).stream().map(NetworkBlock::place).toList()));
  }
}
