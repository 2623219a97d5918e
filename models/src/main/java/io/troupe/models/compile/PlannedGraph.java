package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Workspace;

/**
 * What a {@link CompiledGraph} would hold, without memory and kernels.
 *
 * @param plannedBytes as those of the compiled graph
 */
record PlannedGraph(long plannedBytes) implements Program {
  static PlannedGraph of(Bindings bindings) {
    GraphCompiler compiler = new GraphCompiler(bindings, GraphCompiler.Mode.PLAN);
    try (GraphReader constants = compiler.reader()) {
      return new PlannedGraph(
          compiler.ownWorkspace().map(Workspace::bytes).orElse(0L) + constants.bytes());
    }
  }

  @Override
  public void run(Runnable pause) {
    throw new UnsupportedOperationException("a program that was planned only");
  }

  @Override
  public void close() {
    // There is nothing to free.
  }
}
