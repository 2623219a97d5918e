package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.kernels.Bfloat16Measurement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The convolutions of bfloat16 numbers that programs compute, as far as they were planned here. */
public final class PlannedConvolutions {
  private final List<Bfloat16Measurement.Work> works = new ArrayList<>();

  /**
   * Plans a program, without memory and kernels.
   *
   * @param times how often it runs
   */
  public Program plan(Bindings bindings, int times) {
    GraphCompiler compiler = new GraphCompiler(bindings, GraphCompiler.Mode.PLAN);
    try (GraphReader constants = compiler.reader()) {
      compiler.operations().stream()
          .map(Operation::computation)
          .filter(MixedConvolution.class::isInstance)
          .map(MixedConvolution.class::cast)
          .forEach(c -> works.add(c.work(times)));
      return new PlannedGraph(constants.bytes());
    }
  }

  /** All so far. */
  public List<Bfloat16Measurement.Work> works() {
    return Collections.unmodifiableList(works);
  }
}
