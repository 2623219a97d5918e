package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BestScore;
import io.troupe.metrics.ScoreName.Direction;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreNameTest {
  @ParameterizedTest
  @CsvSource({
    "fid,FID,lower,FID",
    "fd_cifar,FD (cifar),lower,FID",
    "kid,KID,lower,KID",
    "kid_std,'KID, deviation',,NONE",
    "kid_exact,'KID, exact',lower,NONE",
    "kd_cifar_exact,'KD (cifar), exact',lower,NONE",
    "is,IS,higher,IS",
    "is_cifar_std,'IS (cifar), deviation',,NONE",
    "intra_fid,Intra-FID,lower,INTRA_FID",
    "intra_fd_random,Intra-FD (random),lower,INTRA_FID",
    "precision,Precision,higher,PRECISION",
    "recall,Recall,higher,RECALL",
    "density,Density,higher,DENSITY",
    "coverage,Coverage,higher,COVERAGE",
    "accuracy_cifar,Accuracy (cifar),higher,NONE",
    "fd_,fd_,,NONE",
    "taste,taste,,NONE"
  })
  void namesSayWhatTheyAre(String name, String label, String direction, BestScore ranking) {
    ScoreName score = ScoreName.of(name);

    assertThat(score.label()).isEqualTo(label);
    assertThat(score.direction().map(Direction::toString))
        .isEqualTo(Optional.ofNullable(direction));
    for (BestScore best : BestScore.values()) {
      assertThat(score.isRankedBy(best))
          .as(best.name())
          .isEqualTo(best == ranking && best != BestScore.NONE);
    }
  }

  /** Whatever {@link Scores} can say, with whichever extractor, is known here. */
  @Test
  void everyNameThatScoresGiveIsKnown() {
    Scores all =
        new Scores(
            OptionalDouble.of(1),
            Optional.of(new Estimate(1, 1)),
            Optional.of(new Estimate(1, 1)),
            OptionalDouble.of(1),
            Optional.of(new Prdc(1, 1, 1, 1)),
            Optional.empty());
    for (String extractor : new String[] {"inception", "cifar", "random"}) {
      assertThat(all.named(extractor).keySet())
          .hasSize(10)
          .allSatisfy(name -> assertThat(ScoreName.of(name).family()).as(name).isPresent());
    }
  }

  @Test
  void whatStandsForARunComesFirst() {
    assertThat(
            Stream.of("kid_std", "recall", "other", "kid_exact", "is", "kid")
                .map(ScoreName::of)
                .sorted(ScoreName.BY_RANK)
                .map(ScoreName::name))
        .containsExactly("is", "kid", "recall", "other", "kid_std", "kid_exact");
  }
}
