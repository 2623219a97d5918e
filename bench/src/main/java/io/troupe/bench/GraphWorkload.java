package io.troupe.bench;

import io.troupe.models.graph.ProgramCompiler;
import org.openjdk.jmh.annotations.Param;

/** A workload of compiled graphs, of which {@link Programs} tells. */
public abstract class GraphWorkload extends Workload {
  /** What runs the graphs. */
  @Param("compiled")
  public Engine engine = Engine.compiled;

  @Override
  public final void open() {
    MeteredCompiler metered = new MeteredCompiler(engine);
    open(metered);
    Programs.metered = metered;
  }

  /** Makes what the iterations need, its graphs by a compiler. */
  abstract void open(ProgramCompiler compiler);

  @Override
  public final void close() {
    Programs.metered = null;
    free();
  }

  /** Frees what was made. */
  abstract void free();
}
