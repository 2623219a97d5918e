package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Measurement;
import io.troupe.models.kernels.Bfloat16Support;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
  private static RunSettings settings(String... changes) {
    return SettingsLoader.load("demo", List.of(), List.of(changes));
  }

  /** A machine that needs so many milliseconds. */
  private static Function<RunSettings, Bfloat16Measurement.Result> machine(
      double float32, double mixed) {
    return settings ->
        new Bfloat16Measurement.Result(
            Bfloat16Choice.parse("native"), float32, mixed, 3, Optional.empty());
  }

  private static Bfloat16Measurement.Result notMeasured(RunSettings settings) {
    throw new AssertionError("measured " + settings.preset());
  }

  private static PrecisionChoice.Decided decide(
      RunSettings wanted,
      RunSettings before,
      Bfloat16Support support,
      Function<RunSettings, Bfloat16Measurement.Result> measurement)
      throws RunException {
    return PrecisionChoice.of(wanted, Optional.ofNullable(before), support, measurement);
  }

  private static String described(PrecisionChoice.Decided decided) {
    return decided.settings().compute().described();
  }

  @Test
  void autoTakesWhatIsFasterAndSaysWhy() throws Exception {
    RunSettings auto = settings("compute.precision=auto");
    PrecisionChoice.Decided fast = decide(auto, null, Bfloat16Support.AMX, machine(520, 48));
    assertThat(described(fast)).isEqualTo("mixed, native");
    assertThat(fast.choices())
        .extracting(Choice::key)
        .containsExactly("compute.precision", "compute.bfloat16");
    assertThat(fast.choices().get(0).because())
        .contains("520 ms in float32 and 48 ms in mixed precision on ");
    PrecisionChoice.Decided slow = decide(auto, null, Bfloat16Support.AVX512, machine(52, 61));
    assertThat(described(slow)).isEqualTo("float32");
    assertThat(slow.choices()).hasSize(1);
    assertThat(slow.choices().get(0).to()).isEqualTo("float32");
    PrecisionChoice.Decided alike = decide(auto, null, Bfloat16Support.AVX512, machine(468, 450));
    assertThat(described(alike)).isEqualTo("float32");
    assertThat(alike.choices().get(0).because()).endsWith(", which is less than a tenth");
  }

  @Test
  void torchMultipliesInItsOwnWay() throws Exception {
    RunSettings mixed = settings("compute.engine=torch", "compute.precision=mixed");
    PrecisionChoice.Decided decided =
        decide(
            mixed,
            settings("compute.precision=mixed", "compute.bfloat16=native"),
            Bfloat16Support.NONE,
            PrecisionChoiceTest::notMeasured);
    assertThat(decided.settings()).isEqualTo(mixed);
    assertThat(decided.choices()).isEmpty();
    PrecisionChoice.Decided auto =
        decide(
            settings("compute.engine=torch", "compute.precision=auto"),
            null,
            Bfloat16Support.AMX,
            PrecisionChoiceTest::notMeasured);
    assertThat(described(auto)).isEqualTo("float32, torch on cpu");
    assertThat(auto.choices().get(0).because()).contains("for the engine native only");
    assertThatThrownBy(
            () ->
                settings(
                    "compute.engine=torch", "compute.precision=mixed", "compute.bfloat16=native"))
        .hasMessageContaining("compute.bfloat16 has no effect");
  }

  @Test
  void aRunKeepsWhatItHas() throws Exception {
    RunSettings before = settings("compute.precision=mixed", "compute.bfloat16=native");
    for (String wanted : List.of("auto", "mixed")) {
      PrecisionChoice.Decided decided =
          decide(
              settings("compute.precision=" + wanted),
              before,
              Bfloat16Support.AMX,
              PrecisionChoiceTest::notMeasured);
      assertThat(described(decided)).isEqualTo("mixed, native");
      assertThat(decided.choices()).isEmpty();
    }
    PrecisionChoice.Decided decided =
        decide(
            settings("compute.precision=auto"),
            settings(),
            Bfloat16Support.AMX,
            PrecisionChoiceTest::notMeasured);
    assertThat(described(decided)).isEqualTo("float32");
  }

  @Test
  void float32IsNotMeasured() throws Exception {
    PrecisionChoice.Decided decided =
        decide(settings(), null, Bfloat16Support.AMX, PrecisionChoiceTest::notMeasured);
    assertThat(decided.settings()).isEqualTo(settings());
    assertThat(decided.choices()).isEmpty();
  }

  @Test
  void mixedThatIsSlowerIsSaidAtTheFirstStart() throws Exception {
    RunSettings mixed = settings("compute.precision=mixed");
    PrecisionChoice.Decided decided = decide(mixed, null, Bfloat16Support.AVX512, machine(50, 65));
    assertThat(described(decided)).isEqualTo("mixed, native");
    assertThat(decided.choices().get(0).because())
        .contains("with compute.precision = float32 the run would be faster here");
    PrecisionChoice.Decided again =
        decide(mixed, decided.settings(), Bfloat16Support.AVX512, PrecisionChoiceTest::notMeasured);
    assertThat(again.choices()).isEmpty();
  }

  @Test
  void aMachineWithoutTheInstructionsGoesOnPortably() throws Exception {
    RunSettings before = settings("compute.precision=mixed", "compute.bfloat16=native");
    PrecisionChoice.Decided decided =
        decide(
            settings("compute.precision=auto"),
            before,
            Bfloat16Support.NONE,
            PrecisionChoiceTest::notMeasured);
    assertThat(described(decided)).isEqualTo("mixed, portable");
    assertThat(decided.choices()).hasSize(1);
    assertThat(decided.choices().get(0).because()).contains("does not multiply bfloat16");
  }

  @Test
  void refusesAnUnreadableChoice() {
    assertThatThrownBy(
            () ->
                decide(
                    settings("compute.precision=mixed", "compute.bfloat16=\"native, portable: x\""),
                    null,
                    Bfloat16Support.AMX,
                    PrecisionChoiceTest::notMeasured))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("compute.bfloat16: \"x\" is no pass of a convolution");
  }
}
