package io.troupe.models.graph;

import java.util.List;

/**
 * A graph as a flat list of kernels on memory that was planned once. Running it creates no array
 * and looks nothing up; with ND4J's own kernels its results are those of {@link SameDiffProgram},
 * bit for bit.
 *
 * <p>Results that nobody reads any more give their memory to later ones. Where a bound output
 * shares no memory with other bound arrays it is written by the operation that computes it;
 * otherwise, as with states that are both read and written, it is copied after all operations have
 * run.
 */
public final class CompiledGraph implements Program {
  private final Kernel[] kernels;
  private final Arena arena;
  private final GraphReader constants;
  private final long plannedBytes;
  private final long unplannedBytes;

  private CompiledGraph(GraphCompiler compiler) {
    kernels = compiler.kernels().toArray(Kernel[]::new);
    arena = compiler.arena();
    constants = compiler.reader();
    plannedBytes = arena.bytes() + constants.bytes();
    unplannedBytes = compiler.unplannedBytes();
  }

  /**
   * Compiles the part of a graph that the bound outputs need; a {@link ProgramCompiler}.
   *
   * @throws IllegalStateException if an input is not bound, or an operation cannot be compiled
   * @throws IllegalArgumentException if an output is bound to an array of another shape or type
   */
  public static Program compile(Bindings bindings) {
    return of(bindings);
  }

  /** As {@link #compile}. */
  static CompiledGraph of(Bindings bindings) {
    return new CompiledGraph(new GraphCompiler(bindings));
  }

  @Override
  public void run() {
    for (Kernel kernel : kernels) {
      kernel.run();
    }
  }

  /**
   * Off-heap bytes that the program holds: the arena of all intermediate results, padding included,
   * and its constants. Bound arrays are their owners'; memory that ND4J's kernels allocate and free
   * while they run is not known and not counted.
   */
  public long plannedBytes() {
    return plannedBytes;
  }

  /** Bytes that the results would take if each had memory of its own. */
  long unplannedBytes() {
    return unplannedBytes;
  }

  /** The kernels in order. */
  List<Kernel> kernels() {
    return List.of(kernels);
  }

  @Override
  public void close() {
    for (Kernel kernel : kernels) {
      kernel.close();
    }
    arena.close();
    constants.close();
  }
}
