package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs graphs by ATen on a device. */
public final class TorchEngine implements ProgramCompiler {
  private final TorchDevice device;
  private final Arenas arenas;
  private final AtomicLong crossed = new AtomicLong();

  /**
   * An engine.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public TorchEngine(String device) {
    this.device = TorchDevice.of(device);
    // Convolutions on a GPU otherwise round their inputs to 10 bits.
    torch.globalContext().setAllowTF32CuDNN(false);
    arenas = new Arenas(this.device);
  }

  @Override
  public Program compile(Bindings bindings) {
    return compile(FlatGraph.of(bindings));
  }

  /** A program of a graph that was read; it closes the graph. */
  Program compile(FlatGraph graph) {
    return new TorchProgram(this, graph);
  }

  TorchDevice device() {
    return device;
  }

  Arenas arenas() {
    return arenas;
  }

  /** The tensor of an array that is kept on the device. */
  Optional<Tensor> resident(INDArray array) {
    return Optional.empty();
  }

  void count(long bytes) {
    crossed.addAndGet(bytes);
  }

  /** Bytes that were copied between the host's memory and the device's so far. */
  public long crossedBytes() {
    return crossed.get();
  }
}
