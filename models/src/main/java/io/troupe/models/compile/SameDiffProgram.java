package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a graph by SameDiff's own execution. */
public final class SameDiffProgram implements Program {
  /** A session remembers every array it ever freed; it is replaced before that is a leak. */
  private static final int RUNS_PER_SESSION = 50;

  private final SameDiff function;
  private final Map<String, INDArray> inputs;
  private final Map<String, INDArray> outputs;
  private final Map<String, String> variables;
  private final List<String> wanted;
  private final Optional<String> beforePause;
  private int runs;

  private SameDiffProgram(Bindings bindings) {
    Graph graph = bindings.graph();
    if (!graph.warps().isEmpty()) {
      throw new UnsupportedOperationException("SameDiff itself cannot run a graph with warps");
    }
    function = graph.function();
    inputs = Map.copyOf(bindings.inputs());
    outputs = new LinkedHashMap<>(bindings.outputs());
    variables = graph.outputs();
    wanted = outputs.keySet().stream().map(variables::get).distinct().toList();
    beforePause = bindings.pause().map(Bindings.Pause::output);
  }

  /** Compiles a graph; a {@link ProgramCompiler}. */
  public static Program compile(Bindings bindings) {
    return new SameDiffProgram(bindings);
  }

  @Override
  public void run(Runnable pause) {
    if (++runs % RUNS_PER_SESSION == 0) {
      close();
    }
    beforePause.ifPresent(
        name -> {
          compute(List.of(variables.get(name)), Map.of(name, outputs.get(name)));
          pause.run();
        });
    compute(wanted, outputs);
  }

  private void compute(List<String> found, Map<String, INDArray> targets) {
    Map<String, INDArray> results = new LinkedHashMap<>(function.output(inputs, found));
    // A result that is an input or a constant is not ours to close, and may be a target as well.
    results.replaceAll((variable, array) -> isComputed(variable) ? array : array.dup());
    targets.forEach((name, target) -> target.assign(results.get(variables.get(name))));
    results.values().forEach(INDArray::close);
  }

  private boolean isComputed(String variable) {
    return function.getVariable(variable).getVariableType() == VariableType.ARRAY;
  }

  /** 0: SameDiff plans nothing. */
  @Override
  public long plannedBytes() {
    return 0;
  }

  @Override
  public void close() {
    function.getSessions().values().forEach(session -> session.getMmgr().close());
    function.getSessions().clear();
  }
}
