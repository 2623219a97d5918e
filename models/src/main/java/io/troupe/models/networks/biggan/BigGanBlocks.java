package io.troupe.models.networks.biggan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Widths of the residual blocks for a size of images, as in the authors' program
 * (ajbrock/BigGAN-PyTorch, {@code G_arch} and {@code D_arch}). There a width is a multiple of one
 * number for both networks; here it is a multiple of the generator's last block or of the
 * discriminator's first, as in the other families.
 *
 * @param generator widths of the generator's blocks, each of which doubles the size from 4x4 on
 * @param discriminator widths of the discriminator's blocks
 * @param halvings how many of the discriminator's blocks halve the size; the first ones
 */
public record BigGanBlocks(List<Integer> generator, List<Integer> discriminator, int halvings) {
  /** Side of the smallest images inside the networks. */
  public static final int FIRST_SIZE = 4;

  private static final Map<Integer, BigGanBlocks> BY_SIZE =
      Map.of(
          32, new BigGanBlocks(List.of(1, 1, 1), List.of(1, 1, 1, 1), 2),
          64, new BigGanBlocks(List.of(8, 4, 2, 1), List.of(1, 2, 4, 8, 16), 4),
          128, new BigGanBlocks(List.of(16, 8, 4, 2, 1), List.of(1, 2, 4, 8, 16, 16), 5),
          256, new BigGanBlocks(List.of(16, 8, 8, 4, 2, 1), List.of(1, 2, 4, 8, 8, 16, 16), 6));

  /** Sizes that there are widths for. */
  public static Set<Integer> sizes() {
    return new TreeSet<>(BY_SIZE.keySet());
  }

  /** The widths for a size. */
  public static BigGanBlocks of(int size) {
    return BY_SIZE.get(size);
  }

  /** Resolutions after each of the generator's blocks. */
  public List<Integer> generatorSides() {
    return IntStream.rangeClosed(1, generator.size()).mapToObj(i -> FIRST_SIZE << i).toList();
  }

  /** Resolutions after each of the discriminator's blocks that halve the size. */
  public List<Integer> discriminatorSides(int size) {
    return IntStream.rangeClosed(1, halvings).mapToObj(i -> size >> i).toList();
  }
}
