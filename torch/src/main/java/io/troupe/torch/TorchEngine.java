package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.EngineCopies;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs graphs by ATen on a device. Arrays that programs are bound to are kept in its memory between
 * runs: only what the host has changed, or reads, crosses.
 */
public final class TorchEngine implements ProgramCompiler, EngineMemory {
  private final TorchDevice device;
  private final Arenas arenas;
  private final AtomicLong crossed = new AtomicLong();
  private final AtomicLong kept = new AtomicLong();

  /**
   * An engine.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @throws IllegalArgumentException if there is no such device, or none that the library can use
   */
  public TorchEngine(String device) {
    this.device = TorchDevice.of(device);
    this.device.requireThere();
    // Convolutions on a GPU otherwise round their inputs to 10 bits.
    torch.globalContext().setAllowTF32CuDNN(false);
    // What the library can make repeatable on a GPU; convolutions take no algorithm by chance.
    torch.globalContext().setDeterministicCuDNN(true);
    torch.globalContext().setBenchmarkCuDNN(false);
    arenas = new Arenas(this);
  }

  @Override
  public Program compile(Bindings bindings) {
    return compile(FlatGraph.of(bindings));
  }

  /** A program of a graph that was read; it closes the graph. */
  Program compile(FlatGraph graph) {
    return new TorchProgram(this, graph);
  }

  @Override
  public boolean keepsArrays() {
    return true;
  }

  @Override
  public EngineMemory memory() {
    return this;
  }

  @Override
  public ProgramCompiler planner() {
    return new TorchPlanner();
  }

  TorchDevice device() {
    return device;
  }

  Arenas arenas() {
    return arenas;
  }

  /** The copy of the buffer that an array lies in. */
  EngineCopies.Handle hold(INDArray array) {
    return EngineCopies.hold(array, any -> new TorchCopy(this, any));
  }

  /**
   * Memory there.
   *
   * @throws EngineMemoryException if there is not as much
   */
  Tensor empty(long length, DataType type) {
    try {
      return torch.empty(new long[] {length}, device.options(type), null);
    } catch (RuntimeException e) {
      throw new EngineMemoryException(
          "%d bytes cannot be taken on %s, where %d bytes of arrays are kept: %s"
              .formatted(
                  length * type.width(),
                  device.label(),
                  kept.get(),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  void count(long bytes) {
    crossed.addAndGet(bytes);
  }

  void kept(long bytes) {
    kept.addAndGet(bytes);
  }

  @Override
  public long crossedBytes() {
    return crossed.get();
  }

  @Override
  public long keptBytes() {
    return kept.get();
  }
}
