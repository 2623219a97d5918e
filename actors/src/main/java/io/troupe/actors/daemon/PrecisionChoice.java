package io.troupe.actors.daemon;

import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Compute;
import io.troupe.config.RunSettings.Precision;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Measurement;
import io.troupe.models.kernels.Bfloat16Support;
import io.troupe.models.kernels.NativeBackend;
import io.troupe.models.kernels.Processor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Decides in which precision a run computes, and how, where its settings leave that open. */
final class PrecisionChoice {
  private static final String PRECISION = "compute.precision";
  private static final String BFLOAT16 = "compute.bfloat16";

  /** Of float32's time, for mixed precision to be worth its rounding and what was not measured. */
  private static final double WORTH = 0.9;

  private final RunSettings settings;
  private final Bfloat16Support support;
  private final Function<RunSettings, Bfloat16Measurement.Result> measurement;
  private final List<Choice> choices = new ArrayList<>();
  private Compute compute;

  private PrecisionChoice(
      RunSettings settings,
      Bfloat16Support support,
      Function<RunSettings, Bfloat16Measurement.Result> measurement) {
    this.settings = settings;
    this.support = support;
    this.measurement = measurement;
    compute = settings.compute();
  }

  /**
   * What was decided.
   *
   * @param settings with what was decided
   * @param choices what a person should know of it
   */
  record Decided(RunSettings settings, List<Choice> choices) {}

  /**
   * Decides.
   *
   * @param settings those that the run shall have
   * @param before those that it had, if it goes on: what they say stays
   * @param support what multiplies bfloat16 here
   * @param measurement measures the convolutions of settings in mixed precision
   * @throws RunException if the settings cannot be used here
   */
  static Decided of(
      RunSettings settings,
      Optional<RunSettings> before,
      Bfloat16Support support,
      Function<RunSettings, Bfloat16Measurement.Result> measurement)
      throws RunException {
    PrecisionChoice choice = new PrecisionChoice(settings, support, measurement);
    before.map(RunSettings::compute).ifPresent(choice::keep);
    choice.decide();
    return new Decided(settings.with(choice.compute), List.copyOf(choice.choices));
  }

  /** A run does not change because it is started again. */
  private void keep(Compute before) {
    if (before.precision() == Precision.AUTO) {
      return;
    }
    if (compute.precision() == Precision.AUTO) {
      compute = compute.with(before.precision(), compute.bfloat16());
    }
    if (before.precision() == Precision.MIXED
        && compute.engine() == Compute.Engine.NATIVE
        && compute.bfloat16().equals(Compute.AUTO)) {
      compute = compute.with(compute.precision(), before.bfloat16());
    }
  }

  private void decide() throws RunException {
    if (compute.engine() == Compute.Engine.TORCH) {
      // How it multiplies is the library's own affair.
      if (compute.precision() == Precision.AUTO) {
        choose(
            Precision.FLOAT32,
            "what is faster is measured for the engine native only; with %s = mixed torch computes so too"
                .formatted(PRECISION));
      }
      return;
    }
    if (compute.precision() != Precision.FLOAT32 && !NativeBackend.isOfProcessor()) {
      requireProcessor();
    }
    boolean open = compute.precision() == Precision.AUTO;
    if (open
        || (compute.precision() == Precision.MIXED && compute.bfloat16().equals(Compute.AUTO))) {
      measure(open);
    }
    if (compute.precision() == Precision.MIXED) {
      requireInstructions();
    }
  }

  private void requireProcessor() throws RunException {
    String having = "processors only, not for " + NativeBackend.name();
    if (compute.precision() == Precision.MIXED) {
      throw new RunException(
          "mixed precision is there for %s; set %s = float32".formatted(having, PRECISION));
    }
    choose(Precision.FLOAT32, "mixed precision is there for " + having);
  }

  private void measure(boolean open) {
    Bfloat16Measurement.Result result =
        measurement.apply(settings.with(compute.with(Precision.MIXED, Compute.PORTABLE)));
    String because =
        String.format(
            Locale.ROOT,
            "the convolutions of an iteration take %.0f ms in float32 and %.0f ms in mixed precision"
                + " on %s",
            result.float32Milliseconds(),
            result.mixedMilliseconds(),
            Processor.name());
    boolean faster = result.mixedMilliseconds() < result.float32Milliseconds();
    if (open) {
      boolean worth = result.mixedMilliseconds() < WORTH * result.float32Milliseconds();
      choose(
          worth ? Precision.MIXED : Precision.FLOAT32,
          faster && !worth ? because + ", which is less than a tenth" : because);
    } else if (!faster) {
      choices.add(
          new Choice(
              PRECISION,
              "mixed",
              because + "; with " + PRECISION + " = float32 the run would be faster here"));
    }
    if (compute.precision() == Precision.MIXED && compute.bfloat16().equals(Compute.AUTO)) {
      String how = result.choice().text();
      compute = compute.with(Precision.MIXED, how);
      choices.add(new Choice(BFLOAT16, how, because));
    }
    result
        .problem()
        .ifPresent(
            problem ->
                choices.add(
                    new Choice(
                        BFLOAT16,
                        compute.bfloat16(),
                        "what was measured could not be kept for other runs: " + problem)));
  }

  private void choose(Precision precision, String because) {
    compute = compute.with(precision, compute.bfloat16());
    choices.add(new Choice(PRECISION, precision.name().toLowerCase(Locale.ROOT), because));
  }

  private void requireInstructions() throws RunException {
    Bfloat16Choice how;
    try {
      how = Bfloat16Choice.parse(compute.bfloat16());
    } catch (IllegalArgumentException e) {
      throw new RunException(BFLOAT16 + ": " + e.getMessage(), e);
    }
    if (how.needsInstructions() && support == Bfloat16Support.NONE) {
      compute = compute.with(Precision.MIXED, Compute.PORTABLE);
      choices.add(
          new Choice(
              BFLOAT16,
              Compute.PORTABLE,
              ("%s does not multiply bfloat16, as the run did so far or was to (%s): it computes"
                      + " in float32 what is rounded all the same, more slowly, and sums differ in"
                      + " their last bits")
                  .formatted(Processor.name(), how.text())));
    }
  }
}
