package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  @Test
  void anEpochShowsEveryImageAtMostOnceAndDropsTheRest() {
    BatchPlan plan = new BatchPlan(1, 1003, 10);
    assertThat(plan.stepsPerEpoch()).isEqualTo(100);
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] seen = epoch(plan, epoch, 10);
      assertThat(Arrays.stream(seen).distinct().count()).isEqualTo(1000);
      assertThat(Arrays.stream(seen)).allMatch(index -> index >= 0 && index < 1003);
    }
  }

  @Test
  void stepsCountFromOneAndEpochsFromZero() {
    BatchPlan plan = new BatchPlan(1, 25, 10);
    assertThat(new long[] {plan.epoch(1), plan.epoch(2), plan.epoch(3), plan.epoch(1_000_001)})
        .containsExactly(0, 0, 1, 500_000);
    assertThatThrownBy(() -> plan.epoch(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1");
    assertThatThrownBy(() -> plan.indices(0, new int[10]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1");
  }

  @Test
  void epochsAndSeedsDiffer() {
    BatchPlan plan = new BatchPlan(1, 500, 50);
    int[] first = epoch(plan, 0, 50);
    assertThat(epoch(plan, 1, 50)).isNotEqualTo(first);
    assertThat(epoch(new BatchPlan(2, 500, 50), 0, 50)).isNotEqualTo(first);
    assertThat(first).isNotEqualTo(IntStream.range(0, 500).toArray());
  }

  @Test
  void anyOrderOfStepsGivesTheSequentialIndices() {
    BatchPlan sequential = new BatchPlan(9, 70, 8);
    int[][] expected = new int[40][8];
    for (int step = 1; step <= 40; step++) {
      sequential.indices(step, expected[step - 1]);
    }
    BatchPlan jumping = new BatchPlan(9, 70, 8);
    int[] found = new int[8];
    for (int i = 0; i < 40; i++) {
      int step = 1 + i * 17 % 40;
      jumping.indices(step, found);
      assertThat(found).as("step %d", step).isEqualTo(expected[step - 1]);
    }
  }

  /** All 24 orders of four images, each 1000 times of 24,000: chi-square with 23 degrees. */
  @Test
  void ordersAreEquallyLikely() {
    BatchPlan plan = new BatchPlan(3, 4, 4);
    int[] counts = new int[256];
    int[] order = new int[4];
    for (int step = 1; step <= 24_000; step++) {
      plan.indices(step, order);
      counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
    double chiSquare = Arrays.stream(seen).mapToDouble(n -> (n - 1000.0) * (n - 1000) / 1000).sum();
    assertThat(seen).hasSize(24);
    assertThat(chiSquare).isBetween(5.0, 60.0);
  }

  @Test
  void refusesStepsThatAreLargerThanTheDataset() {
    assertThat(new BatchPlan(1, 256, 256).stepsPerEpoch()).isEqualTo(1);
    assertThatThrownBy(() -> new BatchPlan(1, 255, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("needs 256 pictures", "has 255", "smaller");
    assertThatThrownBy(() -> new BatchPlan(1, 255, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesTargetsOfAnotherLength() {
    assertThatThrownBy(() -> new BatchPlan(1, 100, 10).indices(1, new int[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("10", "11");
  }

  private static int[] epoch(BatchPlan plan, int epoch, int imagesPerStep) {
    int steps = plan.stepsPerEpoch();
    return IntStream.rangeClosed(1, steps)
        .flatMap(
            i -> {
              int[] indices = new int[imagesPerStep];
              plan.indices((long) epoch * steps + i, indices);
              return Arrays.stream(indices);
            })
        .toArray();
  }
}
