package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class LogitStatisticsTest {
  private static LogitStatistics of(float[]... passes) {
    LogitStatistics statistics = new LogitStatistics();
    for (float[] logits : passes) {
      statistics.add(FloatBuffer.wrap(logits));
    }
    return statistics;
  }

  /** Generated pictures come first; 0 is right for nobody. */
  @Test
  void accuracyIsTheShareOfRightSigns() {
    assertThat(of(new float[] {-1, -2, 3, 4}).accuracy()).isEqualTo(1);
    assertThat(of(new float[] {1, -2, 3, 0}).accuracy()).isEqualTo(0.5);
    assertThat(of(new float[] {-1, 1}, new float[] {1, 1}).accuracy()).isEqualTo(0.75);
  }

  @Test
  void theDeviationIsOfAllLogitsOfAllPasses() {
    // The mean of 1, 2, 3 and 6 is 3, and the mean square of the distances 14 / 4.
    assertThat(of(new float[] {1, 2}, new float[] {3, 6}).deviation())
        .isCloseTo(Math.sqrt(3.5), within(1e-12));
    assertThat(of(new float[] {7, 7, 7, 7}).deviation()).isZero();
    // Neighbouring numbers in single precision, 0.0078125 from one another.
    assertThat(of(new float[] {100_000, Math.nextUp(100_000f)}).deviation())
        .isCloseTo(0.0078125 / 2, within(1e-12));
  }
}
