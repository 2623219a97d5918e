package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BestCheckpointTest {
  private static BestCheckpoint ranking(String score) {
    return new BestCheckpoint(score, OptionalDouble.empty());
  }

  @Test
  void distancesAreBetterWhenTheyAreSmaller() {
    BestCheckpoint best = ranking("fid");
    assertThat(best.improves(20)).isTrue();
    best.kept(20);
    assertThat(best.improves(21)).isFalse();
    assertThat(best.improves(20)).isFalse();
    assertThat(best.improves(19.5)).isTrue();
  }

  @Test
  void aBestStepWithoutAFileDoesNotRankTheNextOnes() {
    BestCheckpoint best = new BestCheckpoint("fid", OptionalDouble.of(20));
    assertThat(best.improves(10)).isTrue();
    // Nothing was kept: 15 is still better than the file that is there.
    assertThat(best.improves(15)).isTrue();
    best.kept(15);
    assertThat(best.improves(16)).isFalse();
  }

  @Test
  void scoresAreBetterWhenTheyAreLarger() {
    BestCheckpoint best = new BestCheckpoint("is", OptionalDouble.of(5));
    assertThat(best.improves(4)).isFalse();
    assertThat(best.improves(6)).isTrue();
  }

  @Test
  void findsItsScoreWhateverTheExtractor() {
    Map<String, Double> cifar =
        Map.of("fd_cifar", 3.0, "is_cifar", 4.0, "is_cifar_std", 0.5, "recall", 0.25);
    Map<String, Double> inception =
        Map.of("fid", 30.0, "is", 7.0, "is_std", 0.1, "intra_fid", 60.0);

    assertThat(ranking("fid").value(cifar)).hasValue(3);
    assertThat(ranking("is").value(cifar)).hasValue(4);
    assertThat(ranking("recall").value(cifar)).hasValue(0.25);
    assertThat(ranking("fid").value(inception)).hasValue(30);
    assertThat(ranking("is").value(inception)).hasValue(7);
    assertThat(ranking("intra-fid").value(inception)).hasValue(60);
    assertThat(ranking("kid").value(inception)).isEmpty();
    assertThat(ranking("none").value(inception)).isEmpty();
    assertThat(ranking("fid").value(Map.of("fid", Double.NaN))).isEmpty();
  }
}
