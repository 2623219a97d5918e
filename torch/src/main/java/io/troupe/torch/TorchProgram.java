package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Program;
import io.troupe.models.memory.EngineCopies;
import io.troupe.models.memory.HostArray;
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
 * A graph as calls of ATen's functions on tensors that were made once: on the engine's copies of
 * the bound arrays, and on planned memory.
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
  private final Map<String, Integer> roundings;

  /** By where its buffer begins. */
  private final Map<Long, Bound> bound = new HashMap<>();

  private final Bound[] bounds;
  private final Map<Slot, Tensor> constants = new HashMap<>();

  /** A buffer that arrays lie in which the program is bound to. */
  private static final class Bound {
    final EngineCopies.Handle handle;
    final TorchCopy copy;
    boolean written;

    Bound(EngineCopies.Handle handle, TorchCopy copy) {
      this.handle = handle;
      this.copy = copy;
    }
  }

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
      roundings = planner.roundings();
      bounds = bound.values().toArray(Bound[]::new);
    } catch (RuntimeException e) {
      if (lease != null) {
        lease.close();
      }
      bound.values().forEach(b -> b.handle.close());
      scope.close();
      arguments.close();
      graph.close();
      throw e;
    } finally {
      mode.close();
    }
  }

  private Tensor tensor(Place place, Planner planner) {
    Slot root = place.slot().root();
    Tensor memory;
    long first = place.offset();
    if (root.array().isEmpty()) {
      memory = arena.memory(root.type());
      first += planner.offset(root);
    } else if (root.isConstant()) {
      memory = constants.computeIfAbsent(root, this::constant);
    } else {
      INDArray array = root.array().get();
      Bound there = bound.computeIfAbsent(HostArray.buffer(array), any -> bind(array));
      there.written |= planner.isWritten(place.slot());
      memory = there.copy.tensor();
      first += array.offset();
    }
    return memory.as_strided(place.sizes(), place.steps(), new LongOptional(first));
  }

  private Tensor constant(Slot slot) {
    INDArray array = slot.array().orElseThrow();
    long[] length = {Memory.span(array)};
    Tensor host =
        torch.from_blob(Memory.pointer(array), length, TorchDevice.CPU.options(array.dataType()));
    return engine.device().equals(TorchDevice.CPU)
        ? host
        : engine.empty(length[0], array.dataType()).copy_(host);
  }

  private Bound bind(INDArray array) {
    EngineCopies.Handle handle = engine.hold(array);
    return new Bound(
        handle,
        TorchCopy.of(engine, handle.copy())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        graph.label() + " is bound to what another engine keeps")));
  }

  @Override
  public void run(Runnable pause) {
    InferenceMode mode = new InferenceMode(true);
    try {
      takePossession();
      for (int i = 0; i < calls.length; i++) {
        if (i == pauseAt) {
          pause.run();
          takePossession();
        }
        try {
          calls[i].run();
        } catch (RuntimeException e) {
          String failure =
              "%s: %s failed: %s".formatted(graph.label(), operations.get(i), e.getMessage());
          throw TorchEngine.isOutOfMemory(e)
              ? new EngineMemoryException(failure, e)
              : new IllegalStateException(failure, e);
        }
      }
    } finally {
      mode.close();
      Reference.reachabilityFence(this);
    }
  }

  /** What is bound is here as the host has left it, and what is written counts here from now on. */
  private void takePossession() {
    for (Bound each : bounds) {
      each.copy.bring();
      if (each.written) {
        each.copy.written();
      }
    }
  }

  @Override
  public long plannedBytes() {
    return arena.ownBytes() + graph.constantBytes() + arguments.ownBytes();
  }

  /** As {@link Planner#roundings}. */
  Map<String, Integer> roundings() {
    return roundings;
  }

  /** Calls of one run. */
  int calls() {
    return calls.length;
  }

  @Override
  public void close() {
    arena.close();
    bound.values().forEach(b -> b.handle.close());
    scope.close();
    arguments.close();
    graph.close();
  }
}
