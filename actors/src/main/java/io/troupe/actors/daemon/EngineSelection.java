package io.troupe.actors.daemon;

import io.troupe.actors.run.RunException;
import io.troupe.config.EngineChoice;
import io.troupe.config.Parts;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Compute;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.ProgramCompiler;
import java.util.List;
import java.util.Locale;

/** The engine that the settings want, if this build and this machine have it. */
final class EngineSelection {
  private EngineSelection() {}

  /**
   * Its compiler.
   *
   * @throws RunException if it cannot be used; the message says what to do
   */
  static ProgramCompiler compiler(Compute compute) throws RunException {
    return compiler(compute, "compute.device", compute.device());
  }

  /**
   * That of evaluations, which is the same unless they are to compute elsewhere.
   *
   * @param training the compiler of training
   * @throws RunException as {@link #compiler(Compute)}
   */
  static ProgramCompiler ofEvaluations(RunSettings settings, ProgramCompiler training)
      throws RunException {
    String device = settings.evaluation().device();
    return device.equals(RunSettings.Evaluation.SAME)
        ? training
        : compiler(settings.compute(), "evaluation.device", device);
  }

  private static ProgramCompiler compiler(Compute compute, String key, String device)
      throws RunException {
    String name = compute.engine().name().toLowerCase(Locale.ROOT);
    List<String> known = Parts.engines().stream().map(EngineChoice::name).toList();
    if (!known.contains(name)) {
      throw new RunException(
          ("compute.engine is %s, and this build has no such engine: start with"
                  + " TROUPE_BACKEND=%s (torch-cuda for NVIDIA's GPUs), which builds with it, or set"
                  + " compute.engine = native; docs/gpu.md says more")
              .formatted(name, name));
    }
    try {
      return Engine.named(name).on(device, compute.tf32());
    } catch (IllegalArgumentException e) {
      throw new RunException("%s is %s: %s".formatted(key, device, e.getMessage()), e);
    } catch (LinkageError e) {
      throw new RunException(
          "the library of compute.engine = %s cannot be loaded: %s; 'troupe doctor' says what is missing"
              .formatted(name, e.getMessage()),
          e);
    }
  }
}
