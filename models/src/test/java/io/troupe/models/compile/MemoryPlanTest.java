package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
  private static MemoryPlan.Block block(long size, int first, int last) {
    return new MemoryPlan.Block(size, first, last);
  }

  @Test
  void aChainNeedsTwoBlocks() {
    List<MemoryPlan.Block> blocks =
        List.of(block(64, 0, 1), block(64, 1, 2), block(64, 2, 3), block(64, 3, 4));
    assertThat(MemoryPlan.of(blocks, 16).size()).isEqualTo(128);
  }

  @Test
  void aFittingGapIsPreferredToALargerOne() {
    List<MemoryPlan.Block> blocks =
        List.of(
            block(100, 0, 0), block(90, 0, 9), block(80, 0, 0), block(70, 0, 9), block(60, 5, 9));
    MemoryPlan plan = MemoryPlan.of(blocks, 1);
    assertThat(plan.offset(4)).isEqualTo(190);
    assertThat(plan.size()).isEqualTo(340);
  }

  @Test
  void nothingNeedsNothing() {
    assertThat(MemoryPlan.of(List.of(), 16).size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void blocksAliveTogetherAreApartAndAlignedAndThePeakIsNear(int alignment) {
    CounterRandom random = new CounterRandom(3, Stream.INITIALISATION, 0, alignment);
    List<MemoryPlan.Block> blocks = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int first = random.nextInt(100);
      blocks.add(block(16L * random.nextInt(50), first, first + random.nextInt(20)));
    }
    MemoryPlan plan = MemoryPlan.of(blocks, alignment);
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(plan.offset(i) % alignment).isZero();
      long end = plan.offset(i) + blocks.get(i).size();
      assertThat(end).isLessThanOrEqualTo(plan.size());
      for (int j = 0; j < i; j++) {
        boolean together =
            blocks.get(i).first() <= blocks.get(j).last()
                && blocks.get(j).first() <= blocks.get(i).last();
        boolean apart =
            end <= plan.offset(j) || plan.offset(j) + blocks.get(j).size() <= plan.offset(i);
        assertThat(!together || apart).as("%s and %s", blocks.get(i), blocks.get(j)).isTrue();
      }
    }
    LongStream alive =
        IntStream.range(0, 120)
            .mapToLong(
                step ->
                    blocks.stream()
                        .filter(b -> b.first() <= step && step <= b.last())
                        .mapToLong(MemoryPlan.Block::size)
                        .sum());
    assertThat((double) plan.size()).isLessThan(1.2 * alive.max().orElseThrow());
  }
}
