package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.EmaSettings.AverageStates;
import io.troupe.config.EmaSettings.RampPictures;
import io.troupe.config.NetworkSettings.Biggan;
import io.troupe.config.NetworkSettings.Dcgan;
import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.NetworkSettings.Initialisation;
import io.troupe.config.NetworkSettings.StyleDesign;
import io.troupe.config.NetworkSettings.Stylegan2;
import io.troupe.config.RunSettings.Augmentation;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.config.RunSettings.Checkpoints;
import io.troupe.config.RunSettings.Compute;
import io.troupe.config.RunSettings.Control;
import io.troupe.config.RunSettings.Evaluation;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.config.RunSettings.Journal;
import io.troupe.config.RunSettings.Precision;
import io.troupe.config.RunSettings.Prefetch;
import io.troupe.config.RunSettings.Rounding;
import io.troupe.config.RunSettings.Sampling;
import io.troupe.config.RunSettings.Supervision;
import io.troupe.config.RunSettings.Tensorboard;
import io.troupe.config.TrainingSettings.Ada;
import io.troupe.config.TrainingSettings.Adam;
import io.troupe.config.TrainingSettings.Consistency;
import io.troupe.config.TrainingSettings.DiffAugment;
import io.troupe.config.TrainingSettings.First;
import io.troupe.config.TrainingSettings.GradientPenalty;
import io.troupe.config.TrainingSettings.Lecam;
import io.troupe.config.TrainingSettings.PathLength;
import io.troupe.config.TrainingSettings.PenalisedImages;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.config.TrainingSettings.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PresetsTest {
  private static final List<String> DATA = List.of("dataset.path=data/cifar-100");

  @Test
  void listIsTheFolder() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("presets"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              SettingsLoader.presets().stream().map(preset -> preset.name() + ".conf").toList());
    }
  }

  @Test
  void descriptionIsTheFirstLine() {
    assertThat(SettingsLoader.presets())
        .contains(
            new PresetInfo(
                "demo",
                "A small BigGAN on procedural shapes: no downloads, meant for a CPU with two"
                    + " cores."))
        .allSatisfy(preset -> assertThat(preset.description()).matches("\\S.{20,}\\."));
  }

  @Test
  void bigganIsThePublishedRecipe() {
    assertThat(SettingsLoader.load("biggan-cifar100", List.of(), DATA))
        .isEqualTo(
            new RunSettings(
                "biggan-cifar100",
                112,
                new DatasetSettings(
                    "cifar100",
                    Optional.of(Path.of("data/cifar-100")),
                    Split.TRAIN,
                    Labels.SUPERCLASS,
                    0,
                    50_000,
                    32,
                    DatasetSettings.Fit.CROP,
                    DatasetSettings.Filter.BILINEAR,
                    DatasetSettings.Cache.DISK,
                    1024,
                    false,
                    600,
                    DatasetSettings.ClassOrder.NUMBERS,
                    DatasetSettings.FloatRange.AUTO,
                    true),
                new Augmentation(true, 0.2, 0.2, 0.2, 0.1, Rounding.EIGHT_BIT),
                new NetworkSettings(
                    "biggan",
                    128,
                    256,
                    256,
                    0.02,
                    1e-8,
                    1e-5,
                    0.1,
                    Biggan.PLAIN,
                    Dcgan.PLAIN,
                    Stylegan2.COMPACT),
                RunSettings.InitFrom.NOTHING,
                new TrainingSettings(
                    136_500,
                    64,
                    TrainingSettings.WHOLE_BATCH,
                    4,
                    "hinge",
                    0,
                    0,
                    First.DISCRIMINATOR,
                    false,
                    0,
                    Regularisation.ADDED,
                    new Adam(2e-4, 0, 0.999, 1e-8),
                    new Adam(1e-4, 0, 0.999, 1e-8),
                    new GradientPenalty(0, 0, 16),
                    new PathLength(0, 0.99, 4, 0, 0),
                    new DiffAugment(false, false, false),
                    new Ada(0, 0, 0, 0, 0, 0.6, 500_000, 4),
                    new Consistency(0, 0),
                    new Lecam(0, 0.99),
                    new TopK(1, 0.99, 50_000),
                    TrainingSettings.BurnIn.NONE),
                new EmaSettings(0.9999, 1000, 0, 0),
                new Evaluation(
                    2000,
                    50_000,
                    0,
                    64,
                    "same",
                    BatchNormMode.BATCH,
                    ExtractorKind.AUTO,
                    Optional.empty(),
                    "",
                    0,
                    ChannelOrder.RGB,
                    "",
                    "",
                    "fid,is",
                    500),
                new Sampling(1000, 10, 0, BatchNormMode.BATCH),
                new Checkpoints(1000, 3, "fid"),
                new Prefetch(4, 2),
                new Journal(10),
                new Tensorboard(true),
                new Supervision(
                    3,
                    15,
                    15,
                    false,
                    new CollapseSettings(
                        CollapseSettings.Action.EVENT, 1000, 200, 1e-3, 3, 2, 3, 0.3, 0.5, 1)),
                new Control("127.0.0.1", -1, Optional.empty()),
                new Compute(Compute.Engine.NATIVE, "cpu", 0, Precision.FLOAT32, "auto", false, 0)));
  }

  @Test
  void bigganTrainsForSevenHundredEpochs() {
    TrainingSettings training = SettingsLoader.load("biggan-cifar100", List.of(), DATA).training();

    int stepsOfAnEpoch = 50_000 / (training.batch() * training.discriminatorSteps());

    assertThat(training.steps()).isEqualTo(700L * stepsOfAnEpoch);
  }

  @Test
  void smallBigganDiffersInItsChannelsAlone() {
    RunSettings full = SettingsLoader.load("biggan-cifar100", List.of(), DATA);
    RunSettings small = SettingsLoader.load("biggan-cifar100-small", List.of(), DATA);

    assertThat(SettingsLoader.differences(full, small))
        .extracting(Difference::toString)
        .containsExactly(
            "preset: \"biggan-cifar100\" -> \"biggan-cifar100-small\"",
            "network.generator-channels: 256 -> 64",
            "network.discriminator-channels: 256 -> 64");
  }

  @Test
  void bigganWithAttentionIsThePublishedRecipe() {
    RunSettings settings = SettingsLoader.load("biggan-attention-cifar100", List.of(), DATA);
    TrainingSettings training = settings.training();

    assertThat(settings.network())
        .isEqualTo(
            new NetworkSettings(
                "biggan",
                80,
                384,
                192,
                0.02,
                1e-6,
                1e-4,
                0.1,
                new Biggan(true, 128, 16, 16, Initialisation.ORTHOGONAL, Biggan.PLAIN.quantiser()),
                Dcgan.PLAIN,
                Stylegan2.COMPACT));
    assertThat(training.batch()).isEqualTo(64);
    assertThat(training.discriminatorSteps()).isEqualTo(5);
    assertThat(training.steps()).isEqualTo(100_000);
    assertThat(training.generator()).isEqualTo(new Adam(2e-4, 0.5, 0.999, 1e-6));
    assertThat(training.discriminator()).isEqualTo(new Adam(2e-4, 0.5, 0.999, 1e-6));
    assertThat(settings.augmentation())
        .isEqualTo(new Augmentation(true, 0, 0, 0, 0, Rounding.NONE));
    assertThat(settings.ema()).isEqualTo(new EmaSettings(0.9999, 1000, 0, 0));
  }

  @Test
  void styleGan2AdaHasThePublishedLoop() {
    RunSettings settings = SettingsLoader.load("stylegan2-ada-cifar100", List.of(), DATA);
    TrainingSettings training = settings.training();

    assertThat(settings.augmentation())
        .isEqualTo(new Augmentation(false, 0, 0, 0, 0, Rounding.NONE));
    assertThat(settings.network().stylegan2())
        .isEqualTo(new Stylegan2(StyleDesign.CIFAR, 512, 2, 512, 32, DeviationGroups.STRIDED));
    assertThat(training.first()).isEqualTo(First.GENERATOR);
    assertThat(training.regularisation()).isEqualTo(Regularisation.SEPARATE);
    assertThat(training.batch()).isEqualTo(64);
    assertThat(training.discriminatorSteps()).isEqualTo(1);
    assertThat(training.gradientPenalty()).isEqualTo(new GradientPenalty(0.005, 0, 16));
    assertThat(training.pathLength()).isEqualTo(new PathLength(0, 0.99, 4, 1, 2));
    assertThat(training.ada()).isEqualTo(new Ada(1, 1, 1, 0, 0, 0.6, 500_000, 4));
    assertThat(training.diffAugment()).isEqualTo(new DiffAugment(false, false, false));
    assertThat(settings.ema())
        .isEqualTo(
            new EmaSettings(
                0.9999, 0, 500_000, 0.05, RampPictures.BEFORE_STEP, AverageStates.COPIED, 0));
    near(training.generator().withRegulariserEvery(4), new Adam(0.0020, 0, 0.991992, 1e-8));
    near(
        training.discriminator().withRegulariserEvery(16), new Adam(0.00235294, 0, 0.990585, 1e-8));
  }

  /** Colours that only real pictures have changed the generator would learn. */
  @Test
  void r3ganSeesRealColours() {
    for (String preset : List.of("r3gan-cifar100", "r3gan-cifar100-small")) {
      assertThat(SettingsLoader.load(preset, List.of(), DATA).augmentation())
          .isEqualTo(new Augmentation(true, 0, 0, 0, 0, Rounding.NONE));
    }
  }

  /** The constants of the published CIFAR-10 configuration at its beginning, and at its end. */
  @Test
  void r3ganBurnsIn() {
    RunSettings settings = SettingsLoader.load("r3gan-cifar100", List.of(), DATA);
    TrainingSettings training = settings.training();
    TrainingSettings first = training.at(1);
    TrainingSettings half = training.at(1 + 20_000_000 / 512 / 2);

    assertThat(training.loss()).isEqualTo("rpgan");
    assertThat(training.batch()).isEqualTo(512);
    assertThat(training.discriminatorSteps()).isEqualTo(1);
    near(first.generator(), new Adam(2e-4, 0, 0.9, 1e-8));
    near(first.discriminator(), new Adam(2e-4, 0, 0.9, 1e-8));
    assertThat(first.gradientPenalty())
        .isEqualTo(new GradientPenalty(0.025, 0, 1, PenalisedImages.BOTH));
    assertThat(first.ada()).isEqualTo(new Ada(1, 1, 0.5, 1, 0, 0, 500_000, 4));
    assertThat(half.generator().learningRate()).isCloseTo(1.25e-4, within(1e-8));
    assertThat(half.discriminator().beta2()).isCloseTo(0.945, within(1e-5));
    assertThat(half.gradientPenalty().weight()).isCloseTo(0.01375, within(1e-6));
    assertThat(half.ada().probability()).isCloseTo(0.275, within(1e-4));
    assertThat(training.at(39_064)).isSameAs(training);
    near(training.generator(), new Adam(5e-5, 0, 0.99, 1e-8));
    assertThat(training.gradientPenalty().weight()).isEqualTo(0.0025);
    assertThat(training.ada().probability()).isEqualTo(0.55);
    assertThat(settings.ema().decayAt(1, 512)).isZero();
    assertThat(settings.ema().decayAt(1 + 20_000_000 / 512 / 2, 512))
        .isCloseTo(Math.pow(0.5, 512 / 2.5e6), within(1e-8));
    assertThat(settings.ema().decayAt(40_000, 512)).isEqualTo(Math.pow(0.5, 512 / 5e6));
  }

  @Test
  void theSmallOnesSchedulesAreATenth() {
    RunSettings large = SettingsLoader.load("r3gan-cifar100", List.of(), DATA);
    RunSettings small = SettingsLoader.load("r3gan-cifar100-small", List.of(), DATA);

    assertThat(small.training().burnIn().images())
        .isEqualTo(large.training().burnIn().images() / 10);
    assertThat(small.ema().burnIn()).isEqualTo(large.ema().burnIn() / 10);
    assertThat(small.ema().halfLife()).isEqualTo(large.ema().halfLife() / 10);
  }

  @Test
  void anAdaptedProbabilityDoesNotBurnIn() {
    TrainingSettings training =
        SettingsLoader.load(
                "r3gan-cifar100",
                List.of(),
                List.of("dataset.path=data", "training.ada.target=0.6"))
            .training();

    assertThat(training.at(1).ada()).isEqualTo(training.ada());
  }

  private static void near(Adam actual, Adam published) {
    assertThat(actual.learningRate()).isCloseTo(published.learningRate(), within(5e-9));
    assertThat(actual.beta1()).isEqualTo(published.beta1());
    assertThat(actual.beta2()).isCloseTo(published.beta2(), within(5e-7));
    assertThat(actual.epsilon()).isEqualTo(published.epsilon());
  }

  /** Weights of Zhang et al. and Zhao et al., 2020, and of Tseng et al., 2021. */
  @Test
  void oneRegulariserIsAllThatIsAdded() {
    Difference real = new Difference("training.consistency.real", "0.0", "10.0");
    Difference fake = new Difference("training.consistency.fake", "0.0", "10.0");
    Difference lecam = new Difference("training.lecam.weight", "0.0", "0.3");

    assertThat(added("biggan-cr-cifar100-small")).containsExactly(real);
    assertThat(added("biggan-bcr-cifar100-small")).containsExactlyInAnyOrder(real, fake);
    assertThat(added("biggan-lecam-cifar100-small")).containsExactly(lecam);
  }

  private static List<Difference> added(String preset) {
    RunSettings plain = SettingsLoader.load("biggan-cifar100-small", List.of(), DATA);
    RunSettings more = SettingsLoader.load(preset, List.of(), DATA);
    return SettingsLoader.differences(plain, more).stream()
        .filter(difference -> !difference.key().equals("preset"))
        .toList();
  }

  /** The networks are those of the small one, so that its scores are those of how it is trained. */
  @Test
  void fastEndsAsItsLearningRatesDo() {
    RunSettings small = SettingsLoader.load("biggan-cifar100-small", List.of(), DATA);
    RunSettings fast = SettingsLoader.load("biggan-cifar100-fast", List.of(), DATA);
    TrainingSettings training = fast.training();

    assertThat(fast.network()).isEqualTo(small.network());
    assertThat(training.diffAugment()).isEqualTo(new DiffAugment(false, true, true));
    near(training.at(1).generator(), new Adam(4e-4, 0, 0.999, 1e-8));
    near(training.at(training.steps()).generator(), new Adam(4e-5, 0, 0.999, 1e-8));
    assertThat(training.at(training.steps() - 1000)).isNotEqualTo(training);
    assertThat(training.discriminator()).isEqualTo(training.generator());
  }

  @Test
  void dcganJudgesTheSamePicturesTwice() {
    RunSettings settings =
        SettingsLoader.load("dcgan-celeba", List.of(), List.of("dataset.path=faces"));

    assertThat(settings.training().sameFakes()).isTrue();
    assertThat(settings.training().discriminatorSteps()).isEqualTo(1);
  }

  @Test
  void whatDiffersFromThePublishedProgramIsInTheDescription() {
    assertThat(SettingsLoader.presets())
        .filteredOn(preset -> preset.name().equals("stylegan2-ada-cifar100"))
        .singleElement()
        .satisfies(
            preset ->
                assertThat(preset.description())
                    .contains("unlike it", "not adapted by logits of R1's pictures"));
  }

  @Test
  void demoNeedsNothingAndIsSmall() {
    RunSettings demo = SettingsLoader.load("demo", List.of(), List.of());

    assertThat(demo.dataset().kind()).isEqualTo("shapes");
    assertThat(demo.dataset().path()).isEmpty();
    assertThat(demo.network().generatorChannels()).isLessThanOrEqualTo(64);
    assertThat(demo.training().steps()).isLessThanOrEqualTo(10_000);
    assertThat(demo.ema().startStep()).isLessThan(demo.training().steps());
    assertThat(demo.sampling().every()).isLessThan(demo.training().steps());
  }
}
