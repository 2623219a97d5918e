package io.troupe.extending;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;

/** Runs graphs as another engine does, and counts. */
public final class CountingEngine implements ProgramCompiler {
  private final ProgramCompiler other = Engine.named("native").on("cpu");
  private int programs;
  private int runs;

  @Override
  public Program compile(Bindings bindings) {
    Program program = other.compile(bindings);
    programs++;
    return new Program() {
      @Override
      public void run(Runnable pause) {
        runs++;
        program.run(pause);
      }

      @Override
      public long plannedBytes() {
        return program.plannedBytes();
      }

      @Override
      public void close() {
        program.close();
        programs--;
      }
    };
  }

  /** Programs that are open. */
  int programs() {
    return programs;
  }

  /** Runs of all programs so far. */
  int runs() {
    return runs;
  }
}
