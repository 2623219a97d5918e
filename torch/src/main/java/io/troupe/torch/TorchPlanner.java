package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Makes programs that know how much memory they would take, as from {@link Arenas}, and take none.
 */
final class TorchPlanner implements ProgramCompiler {
  /** Elements that programs which share a workspace need so far. */
  private final Map<Workspace, Map<DataType, Long>> shared = new HashMap<>();

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
      Map<DataType, Long> others =
          graph
              .workspace()
              .map(w -> shared.computeIfAbsent(w, any -> new EnumMap<>(DataType.class)))
              .orElseGet(() -> new EnumMap<>(DataType.class));
      for (Map.Entry<DataType, Long> block : lengths.entrySet()) {
        long before = others.getOrDefault(block.getKey(), 0L);
        long after = Math.max(before, block.getValue());
        others.put(block.getKey(), after);
        own += (after - before) * block.getKey().width();
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
