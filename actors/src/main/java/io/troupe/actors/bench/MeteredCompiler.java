package io.troupe.actors.bench;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;

/** Compiles by another compiler, and adds up what its programs hold and how long they run. */
final class MeteredCompiler implements ProgramCompiler {
  private final ProgramCompiler compiler;
  private long plannedBytes;
  private long nanoseconds;

  MeteredCompiler(ProgramCompiler compiler) {
    this.compiler = compiler;
  }

  @Override
  public Program compile(Bindings bindings) {
    Program program = compiler.compile(bindings);
    plannedBytes += program.plannedBytes();
    return new MeteredProgram(program);
  }

  /** Off-heap bytes of all programs so far. */
  long plannedBytes() {
    return plannedBytes;
  }

  /** Time in all runs so far. */
  long nanoseconds() {
    return nanoseconds;
  }

  private final class MeteredProgram implements Program {
    private final Program program;

    MeteredProgram(Program program) {
      this.program = program;
    }

    @Override
    public void run() {
      long start = System.nanoTime();
      program.run();
      nanoseconds += System.nanoTime() - start;
    }

    @Override
    public long plannedBytes() {
      return program.plannedBytes();
    }

    @Override
    public void close() {
      program.close();
    }
  }
}
