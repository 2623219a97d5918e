package io.troupe.models.penalties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** By hand: decay 0.9, and means of three steps 2, 1, 4 of real images and -1, 0, -2 of others. */
class LogitMeansTest {
  private static final Offset<Double> EXACT = within(1e-14);
  private static final LogitMeans ONE = LogitMeans.START.after(2, -1, 0.9);
  private static final LogitMeans TWO = ONE.after(1, 0, 0.9);
  private static final LogitMeans THREE = TWO.after(4, -2, 0.9);

  @Test
  void averagesBeginAtZeroAndDecay() {
    assertAverages(LogitMeans.START, 0, 0, 0);
    assertAverages(ONE, 0.2, -0.1, 1);
    assertAverages(TWO, 0.28, -0.09, 2);
    assertAverages(THREE, 0.652, -0.281, 3);
  }

  private static void assertAverages(LogitMeans means, double real, double fake, long steps) {
    assertThat(means.real()).isCloseTo(real, EXACT);
    assertThat(means.fake()).isCloseTo(fake, EXACT);
    assertThat(means.steps()).isEqualTo(steps);
  }

  /** The shares of the steps so far, which are 0.1, 0.09 and 0.081 of the latest ones, sum to 1. */
  @Test
  void theBeginningAtZeroHasNoShareInWhatLeCamReads() {
    assertRead(LogitMeans.START, 0, 0, 0);
    assertRead(ONE, 0.3, 2, -1);
    assertRead(TWO, 0.3, (0.09 * 2 + 0.1 * 1) / 0.19, -0.09 / 0.19);
    assertRead(THREE, 0.3, (0.081 * 2 + 0.09 * 1 + 0.1 * 4) / 0.271, -(0.081 + 0.2) / 0.271);
  }

  private static void assertRead(LogitMeans means, double weight, double real, double fake) {
    TrainingSettings settings =
        SettingsLoader.load(
                "biggan-cifar100",
                List.of(),
                List.of("training.lecam.weight=0.3", "training.lecam.decay=0.9"))
            .training();
    Map<String, Double> read = new LeCam().inputs(settings, means);
    assertThat(read.get("lecam weight")).isEqualTo(weight);
    assertThat(read.get("mean logit of real images before")).isCloseTo(real, EXACT);
    assertThat(read.get("mean logit of generated images before")).isCloseTo(fake, EXACT);
  }
}
