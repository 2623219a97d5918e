package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;

/** Compiles by the engine for CPUs, {@link CompiledGraph}. */
public final class NativeCompiler implements ProgramCompiler {
  @Override
  public Program compile(Bindings bindings) {
    return CompiledGraph.compile(bindings);
  }

  @Override
  public ProgramCompiler planner() {
    return CompiledGraph::plan;
  }
}
