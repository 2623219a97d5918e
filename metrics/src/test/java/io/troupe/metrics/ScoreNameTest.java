package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.metrics.ScoreName.Direction;
import io.troupe.metrics.ScoreName.Kind;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreNameTest {
  @ParameterizedTest
  @CsvSource({
    "fid,FID,lower,fid",
    "fd_cifar,FD (cifar),lower,fid",
    "kid,KID,lower,kid",
    "kid_std,'KID, deviation',,none",
    "kid_exact,'KID, exact',lower,none",
    "kd_cifar_exact,'KD (cifar), exact',lower,none",
    "is,IS,higher,is",
    "is_cifar_std,'IS (cifar), deviation',,none",
    "intra_fid,Intra-FID,lower,intra-fid",
    "intra_fd_random,Intra-FD (random),lower,intra-fid",
    "precision,Precision,higher,precision",
    "recall,Recall,higher,recall",
    "density,Density,higher,density",
    "coverage,Coverage,higher,coverage",
    "accuracy_cifar,Accuracy (cifar),higher,none",
    "fd_,fd_,,none",
    "taste,taste,,none"
  })
  void namesSayWhatTheyAre(String name, String label, String direction, String ranking) {
    ScoreName score = ScoreName.of(name);

    assertThat(score.label()).isEqualTo(label);
    assertThat(score.direction().map(Direction::toString))
        .isEqualTo(Optional.ofNullable(direction));
    for (Metric metric : Metrics.all()) {
      for (String best : metric.rankings()) {
        assertThat(score.isRankedBy(best)).as(best).isEqualTo(best.equals(ranking));
      }
    }
    assertThat(score.isRankedBy("none")).isFalse();
  }

  /** Whatever metrics can say, with whichever extractor, is known here. */
  @Test
  void everyNameThatScoresGiveIsKnown() {
    for (Metric metric : Metrics.all()) {
      for (Score score : metric.scores()) {
        for (Kind kind : score.kinds()) {
          for (String extractor : new String[] {"inception", "cifar", "random"}) {
            ScoreName name = ScoreName.of(score.name(extractor, kind));
            assertThat(name.score()).as(name.name()).contains(score);
            assertThat(name.kind()).as(name.name()).isEqualTo(kind);
          }
        }
      }
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
