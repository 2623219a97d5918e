package io.troupe.actors.remote;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ProgramCompiler;

/** The engines of a machine that does jobs. */
public interface Engines {
  /**
   * The compiler that a run of these settings would use.
   *
   * @throws JobException if this machine has it not
   */
  ProgramCompiler of(RunSettings settings) throws JobException;
}
