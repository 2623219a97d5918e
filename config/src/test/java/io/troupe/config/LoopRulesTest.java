package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the training loop's options need of each other and of the networks. */
class LoopRulesTest {
  @Test
  void separateUpdatesAreForStyleGan2() {
    assertThat(problems("biggan-cifar100", "training.regularisation=separate"))
        .containsExactly(
            "--set training.regularisation=separate: training.regularisation = separate is for"
                + " network.kind = stylegan2; allowed with other networks: added");
  }

  @Test
  void samePicturesAreThereOnlyAfterADiscriminatorStep() {
    assertThat(problems("demo", "training.same-fakes=true", "training.first=generator"))
        .containsExactly(
            "--set training.same-fakes=true: training.same-fakes is true and training.first is"
                + " generator; allowed with it: discriminator");
  }

  @Test
  void aRampNeedsAHalfLife() {
    assertThat(problems("demo", "ema.ramp-pictures=before-step"))
        .containsExactly(
            "--set ema.ramp-pictures=before-step: ema.ramp-pictures is before-step and there is no"
                + " ramp; it needs ema.half-life and ema.ramp above 0");
  }

  @Test
  void newLatentVectorsForPathLengthAreAtLeastOne() {
    assertThat(
            problems(
                "stylegan2-ada-cifar100",
                "training.path-length.batch-shrink=65",
                "training.path-length.weight=2"))
        .containsExactly(
            "--set training.path-length.batch-shrink=65: training.path-length.batch-shrink is 65;"
                + " allowed: at most training.batch, which is 64");
  }

  private static List<String> problems(String preset, String... overrides) {
    return catchThrowableOfType(
            SettingsException.class,
            () -> SettingsLoader.load(preset, List.of(), List.of(overrides)))
        .problems();
  }
}
