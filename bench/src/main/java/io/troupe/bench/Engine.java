package io.troupe.bench;

import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.compile.SameDiffProgram;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;

/** What runs the graphs. */
public enum Engine implements ProgramCompiler {
  /** What training uses. */
  compiled,
  /** ND4J's own execution. */
  samediff;

  @Override
  public Program compile(Bindings bindings) {
    return this == compiled ? CompiledGraph.compile(bindings) : SameDiffProgram.compile(bindings);
  }
}
