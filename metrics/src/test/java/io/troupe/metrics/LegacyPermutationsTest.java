package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LegacyPermutationsTest {
  @Test
  void permutationsInTurnAreThoseOfNumPy() {
    LegacyPermutations permutations = new LegacyPermutations();
    int[] found =
        IntStream.of(1, 2, 3, 1000, 1025)
            .mapToObj(permutations::next)
            .flatMapToInt(Arrays::stream)
            .toArray();
    assertThat(found).isEqualTo(Expected.ints("permutations"));
  }
}
