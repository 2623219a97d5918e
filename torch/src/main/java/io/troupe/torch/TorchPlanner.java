package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes programs that know how much memory they would take, and take none. */
final class TorchPlanner implements ProgramCompiler {
  /** What is known of one. */
  private record Planned(long plannedBytes) implements Program {
    @Override
    public void run(Runnable pause) {
      throw new UnsupportedOperationException("a plan does not run");
    }

    @Override
    public void close() {}
  }

  @Override
  public Program compile(Bindings bindings) {
    // Gets ATen's arguments of the calls that are not made.
    PointerScope scope = new PointerScope();
    try (FlatGraph graph = FlatGraph.of(bindings);
        Arguments arguments = new Arguments()) {
      Map<DataType, Long> lengths = new Planner(graph, arguments).lengths();
      long own = graph.constantBytes() + arguments.ownBytes();
      for (Map.Entry<DataType, Long> block : lengths.entrySet()) {
        if (graph.workspace().isPresent()) {
          Workspace shared = graph.workspace().get();
          shared.reserve(block.getKey(), block.getValue());
        } else {
          own += block.getValue() * block.getKey().width();
        }
      }
      return new Planned(own);
    } finally {
      scope.close();
    }
  }

  @Override
  public boolean keepsArrays() {
    return true;
  }
}
