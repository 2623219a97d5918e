package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.training.DivergedException;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TrainedNetwork;
import io.troupe.models.training.TrainingState;
import io.troupe.models.training.TrainingState.Adaptation;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** StyleGAN2 in training: mixing, augmentation, both regularisers, truncation. */
@Tag("parity")
final class CompiledStyleGan2Test {
  private static final int CLASSES = 3;

  private static RunSettings settings(String preset, String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "training.batch=4",
                "training.path-length.start-step=2",
                "training.path-length.every=2",
                "training.gradient-penalty.every=2",
                "network.latent-size=6",
                "network.generator-channels=4",
                "network.discriminator-channels=5",
                "network.stylegan2.style-size=7",
                "network.stylegan2.mapping-layers=2",
                "network.stylegan2.most-channels=9",
                "network.stylegan2.deviation-group=2"));
    for (String override : overrides) {
      if (override.endsWith(".weight=0")) {
        // Without that penalty its other settings would have no effect, and be refused.
        String section = override.substring(0, override.lastIndexOf('.') + 1);
        all.removeIf(setting -> setting.startsWith(section));
      }
    }
    all.addAll(List.of(overrides));
    return SettingsLoader.load(preset, List.of(), all);
  }

  private static GanTraining training(RunSettings settings, ProgramCompiler compiler) {
    return new GanTraining(settings, ImageSpec.rgb(32, CLASSES), compiler);
  }

  private static StepResult step(GanTraining training, RunSettings settings, int step) {
    int count = settings.training().batch() * settings.training().discriminatorSteps();
    CounterRandom random = new CounterRandom(1, Stream.DATASET, step, 0);
    FloatBuffer pixels = FloatBuffer.allocate(count * 32 * 32 * 3);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (float) random.nextDouble(-1, 1));
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return training.step(step, pixels, labels);
  }

  private static float[] values(INDArray array) {
    return array.dup().data().asFloat();
  }

  private static void same(TrainedNetwork actual, TrainedNetwork expected) {
    assertThat(values(actual.values().flat())).isEqualTo(values(expected.values().flat()));
    assertThat(values(actual.adam().firstMoments().array()))
        .isEqualTo(values(expected.adam().firstMoments().array()));
  }

  @Test
  void trainingIsThatOfSameDiffBitForBit() {
    for (RunSettings settings :
        List.of(
            settings("stylegan2-cifar100", "training.diff-augment.cutout=true"),
            settings(
                "stylegan2-ada-cifar100",
                "training.path-length.weight=2",
                // SameDiff cannot run what moves pixels.
                "training.ada.blit=0",
                "training.ada.geometry=0"),
            settings("stylegan2-cifar100", "training.same-fakes=true"))) {
      try (GanTraining compiled = training(settings, CompiledGraph::withoutReplacements);
          GanTraining reference = training(settings, SameDiffProgram::compile)) {
        for (int step = 1; step <= 2; step++) {
          StepResult actual = step(compiled, settings, step);
          StepResult expected = step(reference, settings, step);
          assertThat(actual.generatorLoss()).isEqualTo(expected.generatorLoss());
          assertThat((Double) actual.penalty("path_penalty"))
              .isEqualTo((Double) expected.penalty("path_penalty"));
          assertThat((Double) actual.penalty("gradient_penalty"))
              .isEqualTo((Double) expected.penalty("gradient_penalty"));
          assertThat(Double.isNaN(actual.penalty("path_penalty"))).isEqualTo(step == 1);
          assertThat(Double.isNaN(actual.penalty("gradient_penalty"))).isEqualTo(step == 2);
          same(compiled.generator(), reference.generator());
          same(compiled.discriminator(), reference.discriminator());
        }
      }
    }
  }

  /** Logits of some 1e20 have finite losses, but the squares of their slopes are beyond float. */
  @Test
  void aPenaltyThatIsNotFiniteIsADivergence() {
    RunSettings settings = settings("stylegan2-cifar100");
    try (GanTraining training = training(settings, CompiledGraph::compile)) {
      ParameterVector values = training.discriminator().values();
      values.layout().slots().stream()
          .filter(slot -> slot.name().endsWith("linear.weight"))
          .forEach(slot -> values.view(slot.name()).muli(1e24));

      assertThatThrownBy(() -> step(training, settings, 1))
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching("the gradient penalty is (Infinity|NaN) in step 1");
    }
  }

  /** Against steps that were compiled with the other settings. */
  @Test
  void adoptsSettingsThatNeedNoCompilation() {
    String penalty = "training.path-length.weight=0";
    RunSettings first = settings("stylegan2-ada-cifar100", penalty, "training.style-mixing=0.9");
    RunSettings second =
        settings(
            "stylegan2-ada-cifar100",
            penalty,
            "training.style-mixing=0.5",
            "training.generator.learning-rate=1e-3",
            "training.discriminator.beta1=0.3",
            "training.discriminator.beta2=0.9",
            "training.generator.epsilon=1e-2",
            "training.path-length.every=3",
            "training.clip-norm=0.01");
    RunSettings third = settings("stylegan2-ada-cifar100", penalty, "training.style-mixing=0.1");
    adopts(first, second, third);
  }

  /** Of a batch that is no power of two, so that a weight rounded twice would show. */
  @ParameterizedTest
  @ValueSource(strings = {"added", "separate"})
  void adoptsWeightsOfPenalties(String regularisation) {
    String[] all = {
      "training.regularisation=" + regularisation,
      "training.path-length.weight=2",
      "training.batch=6"
    };
    String[] heavier =
        ArrayUtils.addAll(
            all, "training.gradient-penalty.weight=7.7", "training.path-length.weight=3.3");
    String[] oftener =
        ArrayUtils.addAll(
            heavier,
            "training.gradient-penalty.every=1",
            "training.path-length.every=3",
            "training.path-length.start-step=3");
    adopts(
        settings("stylegan2-cifar100", all),
        settings("stylegan2-cifar100", heavier),
        settings("stylegan2-cifar100", oftener));
  }

  private static void adopts(RunSettings first, RunSettings second, RunSettings third) {
    try (GanTraining training = training(first, CompiledGraph::compile);
        TrainingState state = new TrainingState(training)) {
      step(training, first, 1);
      for (RunSettings changed : List.of(second, third)) {
        int next = changed.equals(second) ? 2 : 3;
        state.copyFrom(training, next - 1);
        try (GanTraining expected = training(changed, CompiledGraph::compile)) {
          state.copyInto(expected);
          training.adopt(changed);
          StepResult actual = step(training, changed, next);
          assertThat(actual.penalties()).isEqualTo(step(expected, changed, next).penalties());
          same(training.generator(), expected.generator());
          same(training.discriminator(), expected.discriminator());
        }
      }
    }
  }

  @Test
  void saysWhatNeedsCompilation() {
    RunSettings settings = settings("stylegan2-cifar100");
    try (GanTraining training = training(settings, CompiledGraph::compile)) {
      for (String change :
          List.of(
              "training.gradient-penalty.weight=0",
              "training.gradient-penalty.centre=0.5",
              "training.path-length.weight=0",
              "training.path-length.decay=0.5",
              "training.style-mixing=0",
              "training.diff-augment.cutout=true",
              "training.loss=logistic",
              "training.batch=8")) {
        RunSettings changed = settings("stylegan2-cifar100", change);
        assertThat(training.fits(changed)).as(change).isFalse();
        assertThatThrownBy(() -> training.adopt(changed))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(training.fits(settings("stylegan2-cifar100", "ema.half-life=1000", "seed=3")))
          .isTrue();
    }
  }

  @Test
  void goesOnFromAStateAsIfItHadNotStopped() {
    goesOn(settings("stylegan2-cifar100"));
  }

  /** With updates of Adam by regularisers in steps 2 and 4, 1 and 3. */
  @Test
  void goesOnWithUpdatesByRegularisers() {
    goesOn(settings("stylegan2-ada-cifar100", "training.path-length.weight=2"));
  }

  /** LeCam's averages of logits are in the state. */
  @Test
  void goesOnWithPenaltiesOnLogits() {
    RunSettings settings =
        settings(
            "stylegan2-cifar100",
            "training.consistency.real=10",
            "training.consistency.fake=5",
            "training.lecam.weight=0.3");
    goesOn(settings);
    try (GanTraining training = training(settings, CompiledGraph::compile)) {
      assertThat(step(training, settings, 1).penalty("lecam_penalty")).isZero();
      StepResult second = step(training, settings, 2);
      assertThat(second.penalty("lecam_penalty")).isPositive();
      assertThat(second.penalty("consistency_penalty")).isPositive();
      assertThat(training.logitMeans().steps()).isEqualTo(2);
    }
  }

  /** The probability changes after step 3, by what steps 1 to 3 and some before have shown. */
  @Test
  void goesOnWithAdaptiveAugmentation() {
    RunSettings settings =
        settings(
            "stylegan2-ada-cifar100",
            "training.path-length.weight=2",
            "training.ada.every=3",
            "training.ada.images=50");
    Adaptation before = new Adaptation(0.8, 3, 8);
    try (GanTraining whole = training(settings, CompiledGraph::compile);
        GanTraining resumed = training(settings, CompiledGraph::compile);
        TrainingState state = new TrainingState(whole)) {
      whole.restore(before);
      step(whole, settings, 1);
      step(whole, settings, 2);
      state.copyFrom(whole, 2);
      state.copyInto(resumed);
      assertThat(resumed.adaptation().images()).isEqualTo(8 + 2 * 4);
      for (int step = 3; step <= 4; step++) {
        StepResult expected = step(whole, settings, step);
        assertThat(step(resumed, settings, step).augmentation())
            .isEqualTo(expected.augmentation())
            .isIn(step == 3 ? List.of(0.8) : List.of(0.8 - 20 / 50.0, 0.8 + 20 / 50.0));
        assertThat(expected.realSign()).isIn(-1.0, -0.5, 0.0, 0.5, 1.0);
      }
      assertThat(resumed.adaptation()).isEqualTo(whole.adaptation());
      same(resumed.generator(), whole.generator());
      same(resumed.discriminator(), whole.discriminator());
    }
  }

  @Test
  void goesOnWithTheSameFakes() {
    goesOn(
        settings(
            "stylegan2-cifar100", "training.same-fakes=true", "training.discriminator-steps=2"));
  }

  @Test
  void regularisersHaveUpdatesOfTheirOwn() {
    RunSettings settings = settings("stylegan2-ada-cifar100", "training.path-length.weight=2");
    try (GanTraining training = training(settings, CompiledGraph::compile)) {
      for (int step = 1; step <= 4; step++) {
        step(training, settings, step);
      }
      assertThat(training.generator().adam().updates()).isEqualTo(4 + 2);
      assertThat(training.discriminator().adam().updates()).isEqualTo(4 + 2);
    }
  }

  private static void goesOn(RunSettings settings) {
    try (GanTraining whole = training(settings, CompiledGraph::compile);
        GanTraining resumed = training(settings, CompiledGraph::compile);
        TrainingState state = new TrainingState(whole)) {
      step(whole, settings, 1);
      step(whole, settings, 2);
      state.copyFrom(whole, 2);
      state.copyInto(resumed);
      assertThat(resumed.generator().values().view(StyledNetworks.PATH_LENGTH).getDouble(0))
          .isGreaterThan(0);
      for (int step = 3; step <= 4; step++) {
        assertThat((Double) step(resumed, settings, step).penalty("path_penalty"))
            .isEqualTo((Double) step(whole, settings, step).penalty("path_penalty"));
      }
      same(resumed.generator(), whole.generator());
      same(resumed.discriminator(), whole.discriminator());
    }
  }

  @Test
  void mixingAndAugmentationChangeTheResultAndKeepTheLossFinite() {
    RunSettings plain =
        settings(
            "stylegan2-cifar100",
            "training.style-mixing=0",
            "training.diff-augment.color=false",
            "training.diff-augment.translation=false");
    List<Double> losses = new ArrayList<>();
    for (RunSettings settings :
        List.of(
            plain,
            settings(
                "stylegan2-cifar100",
                "training.style-mixing=1",
                "training.diff-augment.color=false",
                "training.diff-augment.translation=false"),
            settings("stylegan2-cifar100", "training.style-mixing=0"))) {
      try (GanTraining training = training(settings, CompiledGraph::compile)) {
        double loss = step(training, settings, 1).generatorLoss();
        assertThat(loss).isFinite();
        losses.add(loss);
      }
    }
    assertThat(losses).doesNotHaveDuplicates();
  }

  private static float[] pictures(
      RunSettings settings, FloatVector values, double psi, boolean noise) {
    try (GeneratorSampler sampler =
        new GeneratorSampler(
            settings.network(),
            ImageSpec.rgb(32, CLASSES),
            new GeneratorSampler.Use(2, BatchNormMode.BATCH, psi, noise),
            CompiledGraph::compile)) {
      sampler.load(values);
      sampler.set(0, new float[] {1, 2, 3, -1, 0, 1}, 0);
      sampler.set(1, new float[] {-2, 0, 1, 1, 2, 0}, 2);
      float[] pictures = new float[2 * sampler.pictureLength()];
      sampler.generate(pictures, 0, 2);
      return pictures;
    }
  }

  @Test
  void truncationAndNoiseOfPicturesForUse() {
    RunSettings settings = settings("stylegan2-cifar100");
    try (GanTraining training = training(settings, CompiledGraph::compile)) {
      step(training, settings, 1);
      step(training, settings, 2);
      FloatVector values = training.generator().values().floats();

      float[] none = pictures(settings, values, 1, false);
      float[] full = pictures(settings, values, 0, false);
      float[] noisy = pictures(settings, values, 1, true);

      int length = none.length / 2;
      // Every style is the mean style, so all pictures are the same.
      assertThat(Arrays.copyOf(full, length))
          .isEqualTo(Arrays.copyOfRange(full, length, 2 * length));
      assertThat(Arrays.copyOf(none, length))
          .isNotEqualTo(Arrays.copyOfRange(none, length, 2 * length));
      assertThat(noisy).isNotEqualTo(none).isEqualTo(pictures(settings, values, 1, true));
    }
  }
}
