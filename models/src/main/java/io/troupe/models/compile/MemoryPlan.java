package io.troupe.models.compile;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where each block lies in one arena, so that blocks that are alive at the same time do not
 * overlap.
 *
 * <p>Largest first, each block goes into the smallest gap that fits between the blocks already
 * placed whose lives touch its own ("greedy by size" of Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", 2020).
 */
public final class MemoryPlan {
  /**
   * Memory that is needed for a while.
   *
   * @param size in any unit, at least 0
   * @param first step at which it is written
   * @param last step at which it is read, inclusive, at least {@code first}
   */
  public record Block(long size, int first, int last) {
    boolean meets(Block other) {
      return first <= other.last && other.first <= last;
    }
  }

  private final long[] offsets;
  private final long size;

  private MemoryPlan(long[] offsets, long size) {
    this.offsets = offsets;
    this.size = size;
  }

  /**
   * Places blocks.
   *
   * @param alignment every offset is a multiple of it
   */
  public static MemoryPlan of(List<Block> blocks, long alignment) {
    long[] offsets = new long[blocks.size()];
    boolean[] placed = new boolean[blocks.size()];
    Comparator<Integer> largestFirst = Comparator.comparingLong(i -> -blocks.get(i).size);
    long size = 0;
    for (int index :
        IntStream.range(0, offsets.length)
            .boxed()
            .sorted(largestFirst)
            .mapToInt(i -> i)
            .toArray()) {
      Block block = blocks.get(index);
      int[] neighbours =
          IntStream.range(0, offsets.length)
              .filter(i -> placed[i] && blocks.get(i).meets(block))
              .boxed()
              .sorted(Comparator.comparingLong(i -> offsets[i]))
              .mapToInt(i -> i)
              .toArray();
      offsets[index] = place(block.size, neighbours, offsets, blocks, alignment);
      placed[index] = true;
      size = Math.max(size, offsets[index] + block.size);
    }
    return new MemoryPlan(offsets, size);
  }

  private static long place(
      long size, int[] neighbours, long[] offsets, List<Block> blocks, long alignment) {
    long end = 0;
    long best = -1;
    long bestGap = Long.MAX_VALUE;
    for (int neighbour : neighbours) {
      long gap = offsets[neighbour] - end;
      if (gap >= size && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      long after = offsets[neighbour] + blocks.get(neighbour).size;
      end = Math.max(end, (after + alignment - 1) / alignment * alignment);
    }
    return best >= 0 ? best : end;
  }

  /** Where a block begins. */
  public long offset(int block) {
    return offsets[block];
  }

  /** Size of the arena. */
  public long size() {
    return size;
  }
}
