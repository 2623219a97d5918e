package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Program;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph as calls of ATen's functions on tensors that were made once. On the CPU they are the
 * bound arrays; on another device the bound arrays that are not kept there are copied there before
 * a run, and back after it.
 */
final class TorchProgram implements Program {
  private final TorchEngine engine;
  private final FlatGraph graph;
  private final Arguments arguments = new Arguments();
  private final PointerScope scope;
  private final Arenas.Lease arena;
  private final List<String> operations = new ArrayList<>();
  private final Runnable[] calls;
  private final int pauseAt;
  private final List<Transfer> in = new ArrayList<>();
  private final List<Transfer> outAtPause = new ArrayList<>();
  private final List<Transfer> inAfterPause = new ArrayList<>();
  private final List<Transfer> out = new ArrayList<>();
  private final Map<Slot, Tensor> bound = new HashMap<>();

  /** What crosses between the memory of the host and of the device. */
  private record Transfer(Tensor from, Tensor to, long bytes) {}

  /** Compiles; if it fails nothing stays allocated. */
  TorchProgram(TorchEngine engine, FlatGraph graph) {
    this.engine = engine;
    this.graph = graph;
    scope = new PointerScope();
    Arenas.Lease lease = null;
    InferenceMode mode = new InferenceMode(true);
    try (PointerScope open = scope) {
      open.extend();
      Planner planner = new Planner(graph, arguments);
      lease = engine.arenas().lease(graph.workspace(), planner.lengths());
      arena = lease;
      List<Runnable> made = new ArrayList<>();
      for (Tape.Entry entry : planner.entries()) {
        Tensor[] read = entry.in().stream().map(p -> tensor(p, planner)).toArray(Tensor[]::new);
        Tensor[] written =
            entry.out().stream()
                .map(p -> !entry.choice() || planner.isWanted(p.slot()) ? tensor(p, planner) : null)
                .toArray(Tensor[]::new);
        made.add(entry.maker().make(read, written));
        operations.add(entry.kind() + " of " + entry.operation());
      }
      calls = made.toArray(Runnable[]::new);
      pauseAt = planner.pauseAt();
      if (!engine.device().isCpu()) {
        planTransfers(planner);
      }
    } catch (RuntimeException e) {
      if (lease != null) {
        lease.close();
      }
      scope.close();
      graph.close();
      throw e;
    } finally {
      mode.close();
    }
  }

  private Tensor tensor(Place place, Planner planner) {
    Slot root = place.slot().root();
    boolean planned = root.array().isEmpty();
    Tensor memory = planned ? arena.memory(root.type()) : bound.computeIfAbsent(root, this::bind);
    long offset = place.offset() + (planned ? planner.offset(root) : 0);
    return memory.as_strided(place.sizes(), place.steps(), new LongOptional(offset));
  }

  private Tensor bind(Slot slot) {
    INDArray array = slot.array().orElseThrow();
    if (engine.device().isCpu()) {
      return host(array);
    }
    Tensor there = engine.resident(array).orElseGet(() -> empty(array));
    if (slot.isConstant()) {
      there.copy_(host(array));
    }
    return there;
  }

  private static Tensor host(INDArray array) {
    return torch.from_blob(
        Memory.pointer(array),
        new long[] {Memory.span(array)},
        TorchDevice.CPU.options(array.dataType()));
  }

  private Tensor empty(INDArray array) {
    return torch.empty(
        new long[] {Memory.span(array)}, engine.device().options(array.dataType()), null);
  }

  /**
   * Inputs that are read go in, outputs that are written come out: around a pause what it needs.
   */
  private void planTransfers(Planner planner) {
    bound.forEach(
        (slot, tensor) -> {
          INDArray array = slot.array().orElseThrow();
          if (slot.isConstant() || engine.resident(array).isPresent()) {
            return;
          }
          Tensor host = host(array);
          long bytes = Memory.span(array) * array.dataType().width();
          if (planner.isWritten(slot)) {
            (slot.first() < pauseAt ? outAtPause : out).add(new Transfer(tensor, host, bytes));
          } else {
            (slot.first() < pauseAt || pauseAt < 0 ? in : inAfterPause)
                .add(new Transfer(host, tensor, bytes));
          }
        });
  }

  @Override
  public void run(Runnable pause) {
    InferenceMode mode = new InferenceMode(true);
    try {
      transfer(in);
      for (int i = 0; i < calls.length; i++) {
        if (i == pauseAt) {
          transfer(outAtPause);
          pause.run();
          transfer(inAfterPause);
        }
        try {
          calls[i].run();
        } catch (RuntimeException e) {
          throw new IllegalStateException(
              "%s: %s failed: %s".formatted(graph.label(), operations.get(i), e.getMessage()), e);
        }
      }
      transfer(out);
    } finally {
      mode.close();
      Reference.reachabilityFence(this);
    }
  }

  private void transfer(List<Transfer> transfers) {
    for (Transfer transfer : transfers) {
      transfer.to().copy_(transfer.from());
      engine.count(transfer.bytes());
    }
  }

  @Override
  public long plannedBytes() {
    return arena.ownBytes() + graph.constantBytes();
  }

  /** Calls of one run. */
  int calls() {
    return calls.length;
  }

  @Override
  public void close() {
    arena.close();
    scope.close();
    graph.close();
  }
}
