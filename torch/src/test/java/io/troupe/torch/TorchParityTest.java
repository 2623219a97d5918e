package io.troupe.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Engine;
import io.troupe.models.training.GanTraining;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The steps of every family of networks on ATen's CPU, as by the native engine, and each of their
 * operations as by ND4J's own.
 */
class TorchParityTest {
  /** Before ND4J: afterwards the loader mixes in the libtorch of systems that have one. */
  @BeforeAll
  static void load() {
    TorchLibrary.load();
  }

  /** One of each family of networks, and what others have beside it. */
  static List<String> presets() {
    return List.of(
        "demo",
        "biggan-attention-cifar100",
        "stylegan2-cifar100",
        "stylegan2-ada-cifar100",
        "r3gan-cifar100",
        "dcgan-celeba");
  }

  /** All the others. */
  static List<String> others() {
    return SettingsLoader.presets().stream()
        .map(preset -> preset.name())
        .filter(name -> !presets().contains(name))
        .toList();
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("others")
  void othersAgreeWithTheNativeEngine(String preset) {
    agreesWithTheNativeEngine(preset);
    aTrainingOfItsOwnIsTheNativeEngines(preset);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void agreesWithTheNativeEngine(String preset) {
    agreesWithTheNativeEngine(Iterations.small(preset));
  }

  /**
   * By half of the images, after the first iteration. With this seed rounding takes no rectifier's
   * input across zero, as {@link Iterations#small} says of others.
   */
  @Test
  void topKAgreesWithTheNativeEngine() {
    Map<String, String> topK =
        Map.of(
            "seed",
            "2",
            "training.top-k.share",
            "0.5",
            "training.top-k.decay",
            "0",
            "training.top-k.images",
            "1");
    agreesWithTheNativeEngine(SettingsLoader.with(Iterations.small("demo"), topK));
  }

  private static void agreesWithTheNativeEngine(RunSettings settings) {
    ProgramCheck check = new ProgramCheck(Engine.named("native").on("cpu"), engine());
    try (GanTraining training = new GanTraining(settings, Iterations.spec(settings), check)) {
      Iterations iterations = new Iterations(settings, training);
      for (int i = 0; i < TorchCheck.ITERATIONS; i++) {
        iterations.next();
      }
      assertThat(check.worst("losses")).as("losses").isLessThan(TorchCheck.LOSS_BOUND);
      assertThat(check.worst("gradient")).as("gradient").isLessThan(TorchCheck.GRADIENT_BOUND);
      assertThat(check.worst("one gradient")).as(check.worstGradient()).isLessThan(1e-2);
      assertThat(check.worst("others")).as("other outputs").isLessThan(1e-4);
      for (Map.Entry<String, FlatGraph.Step> operation : check.operations().entrySet()) {
        assertThat(OperationCheck.run(engine(), operation.getValue(), false))
            .as(operation.getKey())
            .isLessThan(TorchCheck.OPERATION_BOUND);
        assertThat(OperationCheck.run(engine(), operation.getValue(), true))
            .as("in bfloat16: " + operation.getKey())
            .isLessThanOrEqualTo(OperationCheck.mixedBound(engine(), operation.getValue()));
      }
    }
  }

  /**
   * Adam carries what an iteration rounds into the next ones, and the seeds are such that neither
   * engine's rounding takes a rectifier's input across zero ({@link Iterations#small}).
   */
  @ParameterizedTest
  @MethodSource("presets")
  void aTrainingOfItsOwnIsTheNativeEngines(String preset) {
    RunSettings settings = Iterations.small(preset);
    Trained expected =
        Iterations.trained(settings, Engine.named("native").on("cpu"), TorchCheck.ITERATIONS);
    Trained found = Iterations.trained(settings, engine(), TorchCheck.ITERATIONS);
    assertThat(expected.losses(found)).as("losses").isLessThan(TorchCheck.LOSS_BOUND);
    assertThat(expected.gradients(found)).as("gradients").isLessThan(TorchCheck.GRADIENT_BOUND);
    assertThat(expected.gradients()).hasSizeGreaterThanOrEqualTo(2 * TorchCheck.ITERATIONS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "biggan-attention-cifar100", "stylegan2-cifar100", "dcgan-celeba"})
  void mixedPrecisionIsAsNearToFloat32AsItsRoundingsSay(String preset) {
    ProgramCheck check = TorchCheck.mixed(preset, engine());
    ProgramCheck other = TorchCheck.mixed(preset, Engine.named("native").on("cpu"));
    assertThat(check.worst("gradient"))
        .as("gradient")
        .isPositive()
        .isLessThan(TorchCheck.mixedGradientBound(check, other));
    assertThat(check.worst("losses")).as("losses").isLessThan(TorchCheck.mixedLossBound(check));
  }

  private static TorchEngine engine() {
    return (TorchEngine) Engine.named("torch").on("cpu");
  }
}
