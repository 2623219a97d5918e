package io.troupe.models.graph;

/** Turns graphs into programs. */
public interface ProgramCompiler {
  /**
   * Compiles the part of a graph that the bound outputs need.
   *
   * @throws IllegalStateException if an input of the graph is not bound
   */
  Program compile(Bindings bindings);

  /** Makes programs that know their bytes and cannot run; unless it has such, it is this one. */
  default ProgramCompiler planner() {
    return this;
  }

  /**
   * Whether programs keep the arrays that they are bound to in memory of the engine's own between
   * runs: then what changes whole vectors is a program too, so that they stay there.
   */
  default boolean keepsArrays() {
    return false;
  }

  /** The engine's own memory. */
  default EngineMemory memory() {
    return EngineMemory.NONE;
  }
}
