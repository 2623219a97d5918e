package io.troupe.bench;

import io.troupe.models.graph.ProgramCompiler;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A workload of compiled graphs; also reported is what the programs hold and how long they run. */
public abstract class GraphWorkload extends Workload {
  /** What runs the graphs. */
  @Param("compiled")
  public Engine engine = Engine.compiled;

  private MeteredCompiler metered;

  /** Of one iteration. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Programs {
    /** Memory of the compiled programs, in millions of bytes. */
    public double plannedMb;

    /** Time inside of compiled programs, in milliseconds. */
    public double programsMs;
  }

  @Override
  public final void open() {
    metered = new MeteredCompiler(engine);
    open(metered);
  }

  /** Makes what the iterations need, its graphs by a compiler. */
  abstract void open(ProgramCompiler compiler);

  /** Does it once, and says what the programs took. */
  @Benchmark
  public void measure(Programs programs) {
    long before = metered.nanoseconds();
    iterate();
    programs.programsMs = (metered.nanoseconds() - before) * 1e-6;
    programs.plannedMb = metered.plannedBytes() * 1e-6;
  }
}
