package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;

/**
 * What the steps of a training would take, found without compiling them.
 *
 * @param resultBytes off-heap bytes for intermediate results, as {@link GanTraining#plannedBytes}
 *     of the training
 * @param generatorLength parameters and states of the generator
 * @param discriminatorLength parameters and states of the discriminator
 */
public record StepPlan(long resultBytes, long generatorLength, long discriminatorLength) {
  /**
   * Plans.
   *
   * @param spec of the real pictures
   * @param planner makes programs that know their bytes
   */
  public static StepPlan of(RunSettings settings, ImageSpec spec, ProgramCompiler planner) {
    try (StepPrograms programs = StepPrograms.of(settings, spec, planner)) {
      return new StepPlan(
          programs.plannedBytes(),
          programs.generator.values().layout().length(),
          programs.discriminator.values().layout().length());
    }
  }
}
