package io.troupe.models.compile;

import io.troupe.models.graph.Workspace;
import io.troupe.models.memory.UntouchedMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a compiled graph's results lie: one block of a workspace for each data type. Each is
 * planned when this is made, and is there when the values are placed.
 */
final class Arena {
  private static final int CACHE_LINE_BYTES = 64;

  private final Map<DataType, Block> blocks = new LinkedHashMap<>();

  /**
   * The values of a type.
   *
   * @param index number of each storage's part of the plan
   */
  private record Block(
      List<Value> values, Map<Storage, Integer> index, MemoryPlan plan, int alignment) {
    /** In elements, with room to begin at a multiple of the alignment. */
    long length() {
      return plan.size() + alignment;
    }
  }

  /** Plans the memory of values. */
  Arena(List<Value> values) {
    Map<DataType, List<Value>> byType = new LinkedHashMap<>();
    for (Value value : values) {
      if (value.storage().isPlanned()) {
        byType.computeIfAbsent(value.array().dataType(), t -> new ArrayList<>()).add(value);
      }
    }
    byType.forEach((type, ofType) -> blocks.put(type, plan(type, ofType)));
  }

  private static Block plan(DataType type, List<Value> values) {
    Map<Storage, Integer> index = new LinkedHashMap<>();
    List<MemoryPlan.Block> lives = new ArrayList<>();
    for (Value value : values) {
      if (index.putIfAbsent(value.storage(), lives.size()) == null) {
        lives.add(value.storage().block(value.array().length()));
      }
    }
    int line = CACHE_LINE_BYTES / type.width();
    return new Block(values, index, MemoryPlan.of(lives, line), line);
  }

  /** Counts the memory, without taking any. */
  void reserve(Workspace workspace) {
    blocks.forEach((type, block) -> workspace.reserve(type, block.length()));
  }

  /** Takes the memory and puts the values there. */
  void place(Workspace workspace) {
    blocks.forEach((type, block) -> place(type, block, workspace.block(type, block.length())));
  }

  private static void place(DataType type, Block block, UntouchedMemory memory) {
    long start = -(memory.address() / type.width()) & (block.alignment() - 1);
    for (Value value : block.values()) {
      long offset = start + block.plan().offset(block.index().get(value.storage()));
      INDArray probe = value.array();
      value.place(memory.array(probe.shape(), probe.ordering(), offset));
    }
  }

  /** What the results need, padding included. */
  long bytes() {
    return blocks.entrySet().stream()
        .mapToLong(entry -> entry.getValue().length() * entry.getKey().width())
        .sum();
  }
}
