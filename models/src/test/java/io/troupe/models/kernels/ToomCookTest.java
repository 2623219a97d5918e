package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToomCookTest {
  /** y[i] = sum over j of g[j] x[i + j], as an identity of the three matrices. */
  @ParameterizedTest
  @CsvSource({"2, 3", "4, 3", "6, 3", "8, 3", "4, 5", "2, 7", "5, 7", "6, 7", "1, 12"})
  void resultsAreThoseOfTheFilter(int results, int weights) {
    ToomCook filtering = new ToomCook(results, weights);
    int points = results + weights - 1;
    for (int result = 0; result < results; result++) {
      for (int weight = 0; weight < weights; weight++) {
        for (int pixel = 0; pixel < points; pixel++) {
          double sum = 0;
          for (int i = 0; i < points; i++) {
            sum +=
                filtering.lower()[result][i]
                    * filtering.filter()[i][weight]
                    * filtering.lift()[i][pixel];
          }
          assertThat(sum).isCloseTo(pixel == result + weight ? 1 : 0, within(1e-12));
        }
      }
    }
  }
}
