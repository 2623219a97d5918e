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

  /** Adam is scaled for a regulariser that could be, as the published program does. */
  @Test
  void intervalsCountWithoutARegulariserIfUpdatesAreSeparate() {
    String every = "training.path-length.every=3";

    assertThat(
            SettingsLoader.load("stylegan2-ada-cifar100", List.of(), List.of(every))
                .training()
                .pathLength()
                .every())
        .isEqualTo(3);
    assertThat(problems("stylegan2-ada-cifar100", every, "training.regularisation=added"))
        .singleElement()
        .asString()
        .contains("training.path-length.every has no effect", "training.regularisation = separate");
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
