package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassifierSettingsTest {
  private static final ClassifierSettings SETTINGS =
      new ClassifierSettings(1, 1, 0.4, 0.2, 0.9, 0, 0, 1);

  @Test
  void theLearningRateRisesInALineAndFallsInACosine() {
    assertThat(SETTINGS.learningRate(1, 100)).isEqualTo(0.02, within(1e-12));
    assertThat(SETTINGS.learningRate(10, 100)).isEqualTo(0.2, within(1e-12));
    assertThat(SETTINGS.learningRate(20, 100)).isEqualTo(0.4, within(1e-12));
    assertThat(SETTINGS.learningRate(60, 100)).isEqualTo(0.2, within(1e-12));
    // Two thirds of the way down: (1 + cos 120 degrees) / 2 = 1/4.
    assertThat(SETTINGS.learningRate(110, 150)).isEqualTo(0.1, within(1e-12));
    assertThat(SETTINGS.learningRate(100, 100)).isEqualTo(0, within(1e-12));
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> SETTINGS.withEpochs(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassifierSettings(1, 1, 0.1, 1, 0.9, 0, 0, 1));
  }
}
