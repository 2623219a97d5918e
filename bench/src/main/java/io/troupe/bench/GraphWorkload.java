package io.troupe.bench;

import io.troupe.models.graph.Engine;
import io.troupe.models.graph.ProgramCompiler;
import org.openjdk.jmh.annotations.Param;

/** A workload of compiled graphs, of which {@link Programs} tells. */
public abstract class GraphWorkload extends Workload {
  /** The name of the engine that runs the graphs, such as samediff, which is ND4J's own. */
  @Param("native")
  public String engine;

  /** Where it runs them. */
  @Param("cpu")
  public String device;

  @Override
  public final void open() {
    MeteredCompiler metered = new MeteredCompiler(Engine.named(engine).on(device));
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
