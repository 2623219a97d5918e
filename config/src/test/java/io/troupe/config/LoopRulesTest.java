package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
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

  @Test
  void onlyOneOfTwoAugments() {
    assertThat(problems("stylegan2-ada-cifar100", "training.diff-augment.color=true"))
        .singleElement()
        .asString()
        .endsWith(
            "training.ada and training.diff-augment both augment what the discriminator sees; set all"
                + " strengths of the one to 0, or all of the other to false");
  }

  @Test
  void microBatchesArePartsOfABatch() {
    assertThat(problems("demo", "training.micro-batch=12"))
        .containsExactly(
            "--set training.micro-batch=12: training.micro-batch is 12; allowed: auto, 0, or a number"
                + " that divides training.batch, which is 32");
    assertThat(problems("demo", "training.micro-batch=-1", "training.micro-batch=half"))
        .containsExactly(
            "--set training.micro-batch=half: training.micro-batch is \"half\"; allowed: auto, or a"
                + " whole number from 0 to 65536");
  }

  @Test
  void withoutAMicroBatchTheWholeBatchIsComputedAtOnce() {
    assertThat(training("demo").imagesAtOnce()).isEqualTo(32);
    assertThat(training("demo", "training.micro-batch=8").imagesAtOnce()).isEqualTo(8);
    assertThat(training("demo", "training.micro-batch=auto").imagesAtOnce()).isEqualTo(32);
  }

  @Test
  void anAutomaticBatchIsThePresets() {
    assertThat(training("biggan-amp-cifar100", "training.batch=auto").batch()).isEqualTo(128);
    assertThat(training("demo", "training.batch=auto", "training.micro-batch=4").batch())
        .isEqualTo(32);
    // Presets without a batch have that of the defaults.
    assertThat(training("biggan-cifar100", "training.batch=auto").batch()).isEqualTo(64);
  }

  @Test
  void whatTheProgramIsToChooseIsWrittenAsAuto() {
    RunSettings settings =
        SettingsLoader.load("demo", List.of(), List.of("training.micro-batch=auto"));
    assertThat(settings.training().microBatch()).isEqualTo(RunSettings.AUTO);
    assertThat(SettingsLoader.values(settings)).containsEntry("training.micro-batch", "\"auto\"");
    assertThat(SettingsLoader.with(settings, Map.of("ema.decay", "0.5")).training())
        .isEqualTo(settings.training());
    assertThat(SettingsLoader.with(settings, Map.of("training.micro-batch", "8")).training())
        .isEqualTo(training("demo", "training.micro-batch=8"));
  }

  private static TrainingSettings training(String preset, String... overrides) {
    return SettingsLoader.load(preset, List.of(), List.of(overrides)).training();
  }

  private static List<String> problems(String preset, String... overrides) {
    return catchThrowableOfType(
            SettingsException.class,
            () -> SettingsLoader.load(preset, List.of(), List.of(overrides)))
        .problems();
  }
}
