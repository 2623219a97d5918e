package io.troupe.bench;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import java.util.HashSet;
import java.util.Set;

/** Compiles by another compiler, and adds up what its programs hold and how long they run. */
final class MeteredCompiler implements ProgramCompiler {
  private final ProgramCompiler compiler;
  private final Set<Workspace> workspaces = new HashSet<>();
  private long ownBytes;
  private long nanoseconds;

  MeteredCompiler(ProgramCompiler compiler) {
    this.compiler = compiler;
  }

  @Override
  public Program compile(Bindings bindings) {
    Program program = compiler.compile(bindings);
    ownBytes += program.plannedBytes();
    bindings.workspace().ifPresent(workspaces::add);
    return program.running(
        pause -> {
          long before = nanoseconds;
          long start = System.nanoTime();
          program.run(pause);
          // Programs that ran in the pause are in this time already.
          nanoseconds = before + System.nanoTime() - start;
        });
  }

  @Override
  public boolean keepsArrays() {
    return compiler.keepsArrays();
  }

  /** Off-heap bytes of all programs so far. */
  long plannedBytes() {
    return ownBytes + workspaces.stream().mapToLong(Workspace::bytes).sum();
  }

  /** Time in all runs so far. */
  long nanoseconds() {
    return nanoseconds;
  }
}
