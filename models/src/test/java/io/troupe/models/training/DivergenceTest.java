package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One number that is not finite, wherever it is, ends the step that it is met in. */
class DivergenceTest {
  private static final ImageSpec SPEC = ImageSpec.rgb(32, 2);
  private static final int BATCH = 4;
  private static final int IMAGE = 32 * 32 * 3;

  private static RunSettings settings() {
    return SettingsLoader.load(
        "demo",
        List.of(),
        List.of(
            "training.batch=" + BATCH,
            "training.discriminator-steps=1",
            "network.latent-size=8",
            "network.generator-channels=4",
            "network.discriminator-channels=4"));
  }

  private interface Spoiling {
    void spoil(GanTraining training, FloatBuffer images);
  }

  private static void stepDiverges(Spoiling spoiling, String message) {
    try (GanTraining training = new GanTraining(settings(), SPEC, CompiledGraph::compile)) {
      FloatBuffer images = FloatBuffer.allocate(BATCH * IMAGE);
      int[] labels = {0, 1, 0, 1};
      StepResult sound = training.step(1, images, labels);
      assertThat(sound.discriminatorLoss()).isFinite();
      assertThat(sound.accuracy()).isBetween(0.0, 1.0);
      assertThat(sound.logitDeviation()).isPositive();

      spoiling.spoil(training, images);
      assertThatThrownBy(() -> training.step(2, images, labels))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("step 2");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void ofARealPicture(float number) {
    stepDiverges((training, images) -> images.put(IMAGE + 7, number), "discriminator");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void ofAParameterOfTheDiscriminator(float number) {
    stepDiverges(
        (training, images) -> training.discriminator().values().floats().write().put(3, number),
        "discriminator");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void ofAParameterOfTheGenerator(float number) {
    stepDiverges(
        (training, images) -> training.generator().values().floats().write().put(3, number), "");
  }

  @Test
  void ofAMomentOfTheOptimiser() {
    stepDiverges(
        (training, images) ->
            training.generator().adam().secondMoments().write().put(0, Float.POSITIVE_INFINITY),
        "a parameter of the generator or its gradient");
  }
}
