package io.troupe.torch;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An engine that notes the gradients of parameters which its programs find. After an iteration they
 * are gone: Adam changes them, and penalties share their memory.
 */
final class GradientLog implements ProgramCompiler {
  private static final String GRADIENT = Graph.gradientOf("");

  private final ProgramCompiler engine;
  private final List<float[]> gradients = new ArrayList<>();

  GradientLog(ProgramCompiler engine) {
    this.engine = engine;
  }

  /** Of each program run that finds some, in order: all of its tensors', one after the other. */
  List<float[]> gradients() {
    return gradients;
  }

  @Override
  public Program compile(Bindings bindings) {
    List<INDArray> targets =
        bindings.outputs().entrySet().stream()
            .filter(output -> output.getKey().startsWith(GRADIENT))
            .map(Map.Entry::getValue)
            .toList();
    Program program = engine.compile(bindings);
    return targets.isEmpty() ? program : noting(program, targets);
  }

  private Program noting(Program program, List<INDArray> targets) {
    return program.running(
        pause -> {
          program.run(pause);
          List<float[]> parts = targets.stream().map(HostArray::copy).toList();
          float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
          int start = 0;
          for (float[] part : parts) {
            System.arraycopy(part, 0, all, start, part.length);
            start += part.length;
          }
          gradients.add(all);
        });
  }

  @Override
  public boolean keepsArrays() {
    return engine.keepsArrays();
  }

  @Override
  public EngineMemory memory() {
    return engine.memory();
  }
}
