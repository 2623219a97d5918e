package io.troupe.models.graph;

/** Turns graphs into programs. */
public interface ProgramCompiler {
  /**
   * Compiles the part of a graph that the bound outputs need.
   *
   * @throws IllegalStateException if an input of the graph is not bound
   */
  Program compile(Bindings bindings);
}
