package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.EngineCopies;
import java.util.Optional;
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
  private final boolean staged;
  private final Arenas arenas;
  private final AtomicLong crossed = new AtomicLong();
  private final AtomicLong kept = new AtomicLong();
  private final AtomicLong planned = new AtomicLong();

  /**
   * An engine.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param tf32 whether a GPU may round what it multiplies in float32 to ten bits, which is faster;
   *     for all engines of the process
   * @throws IllegalArgumentException if there is no such device, or none that the library can use
   */
  public TorchEngine(String device, boolean tf32) {
    this(TorchDevice.of(device), tf32, false);
  }

  /** An engine that computes in double precision on the CPU. */
  static TorchEngine inDouble() {
    return new TorchEngine(new TorchDevice(TorchDevice.CPU.index(), true), false, false);
  }

  /** An engine on the CPU whose copies go by way of other memory, as those for a GPU do. */
  static TorchEngine copyingAsToGpu() {
    return new TorchEngine(TorchDevice.CPU, false, true);
  }

  private TorchEngine(TorchDevice device, boolean tf32, boolean staged) {
    this.device = device;
    this.staged = staged || !device.isCpu();
    TorchLibrary.load();
    device.requireThere();
    // The library's own choice would be TF32 in convolutions.
    torch.globalContext().setAllowTF32CuDNN(tf32);
    torch.globalContext().setAllowTF32CuBLAS(tf32);
    // What the library can make repeatable on a GPU; convolutions take no algorithm by chance. Of
    // calls that it cannot, it warns: the largest of windows is one, which do not overlap here.
    torch.globalContext().setDeterministicCuDNN(true);
    torch.globalContext().setBenchmarkCuDNN(false);
    torch.globalContext().setDeterministicAlgorithms(true, true);
    // That would also fill all memory that is taken, which is written before it is read anyway.
    torch.globalContext().setDeterministicFillUninitializedMemory(false);
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
          "%d bytes cannot be taken on %s, where %d bytes of arrays and %d of intermediate results are kept%s: %s"
              .formatted(
                  length * type.width(),
                  device.label(),
                  kept.get(),
                  planned.get(),
                  free().map(f -> " and %d are free".formatted(f.bytes())).orElse(""),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /** Whether what crosses goes by way of {@link #staging}. */
  boolean isStaged() {
    return staged;
  }

  /** Memory of the host's that a GPU reads and writes by itself; on the CPU ordinary memory. */
  Tensor staging(long length, DataType type) {
    return torch.empty(new long[] {length}, device.staging(type), null);
  }

  /** Whether a call failed because memory was missing, by what the library's allocators say. */
  static boolean isOutOfMemory(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("out of memory")
        || message.contains("not enough memory")
        || message.contains("can't allocate memory");
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

  void planned(long bytes) {
    planned.addAndGet(bytes);
  }

  @Override
  public long keptBytes() {
    return kept.get();
  }

  @Override
  public long plannedBytes() {
    return planned.get();
  }

  @Override
  public Optional<Free> free() {
    return device.freeBytes().stream()
        .mapToObj(bytes -> new Free(device.label(), bytes))
        .findFirst();
  }
}
