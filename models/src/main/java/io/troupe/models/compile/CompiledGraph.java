package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import io.troupe.models.kernels.Kernel;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A graph as a flat list of kernels on memory that was planned once. Running it creates no array
 * and looks nothing up. Its results are those of {@link SameDiffProgram} up to rounding; without
 * {@link Replacements} of ND4J's slow operations, bit for bit.
 *
 * <p>Results that nobody reads any more give their memory to later ones. Where a bound output
 * shares no memory with other bound arrays it is written by the operation that computes it;
 * otherwise, as with states that are both read and written, it is copied after all operations have
 * run.
 */
public final class CompiledGraph implements Program {
  private final Operation[] operations;
  private final Kernel[] kernels;
  private final int pauseAt;
  private final long resultBytes;
  private final Optional<Workspace> ownWorkspace;
  private final GraphReader constants;
  private final long plannedBytes;
  private final long unplannedBytes;

  private CompiledGraph(GraphCompiler compiler) {
    operations = compiler.run().toArray(Operation[]::new);
    kernels = compiler.kernels().toArray(Kernel[]::new);
    pauseAt =
        IntStream.range(0, operations.length)
            .filter(i -> operations[i].computation() instanceof PauseFunction)
            .findFirst()
            .orElse(-1);
    resultBytes = compiler.resultBytes();
    ownWorkspace = compiler.ownWorkspace();
    constants = compiler.reader();
    plannedBytes = ownWorkspace.map(Workspace::bytes).orElse(0L) + constants.bytes();
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

  /**
   * Plans what {@link #compile} would, without memory and kernels; a {@link ProgramCompiler}. The
   * program tells how many bytes it would hold, counts the rest in the workspace that was lent, and
   * cannot run.
   */
  public static Program plan(Bindings bindings) {
    return PlannedGraph.of(bindings);
  }

  /** As {@link #compile}. */
  static CompiledGraph of(Bindings bindings) {
    return new CompiledGraph(new GraphCompiler(bindings, GraphCompiler.Mode.COMPILE));
  }

  /** With ND4J's own kernels alone, as SameDiff runs them. */
  static CompiledGraph withoutReplacements(Bindings bindings) {
    return new CompiledGraph(new GraphCompiler(bindings, GraphCompiler.Mode.COMPILE_AS_IT_IS));
  }

  @Override
  public void run(Runnable pause) {
    try {
      for (int i = 0; i < kernels.length; i++) {
        if (i == pauseAt) {
          pause.run();
        }
        try {
          kernels[i].run();
        } catch (RuntimeException e) {
          throw operations[i].failure(e);
        }
      }
    } finally {
      // Kernels know addresses; the arrays that lie there are held by the operations.
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Off-heap bytes that the program holds: its constants, and if no workspace was lent to it all
   * intermediate results, padding included. Bound arrays are their owners'; memory that ND4J's
   * kernels allocate and free while they run is not known and not counted.
   */
  @Override
  public long plannedBytes() {
    return plannedBytes;
  }

  /** Bytes of intermediate results, whoever owns their memory. */
  long resultBytes() {
    return resultBytes;
  }

  /** Bytes that the results would take if each had memory of its own. */
  long unplannedBytes() {
    return unplannedBytes;
  }

  /** What the kernels compute, in order. */
  List<String> kinds() {
    return Arrays.stream(kernels).map(Kernel::kind).toList();
  }

  @Override
  public void close() {
    for (Kernel kernel : kernels) {
      kernel.close();
    }
    ownWorkspace.ifPresent(Workspace::close);
    constants.close();
  }
}
