package io.troupe.models.compile;

import io.troupe.models.graph.Workspace;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a compiled graph's results lie: one block of a workspace for each data type. */
final class Arena {
  private static final int CACHE_LINE_BYTES = 64;

  private final Workspace workspace;
  private long bytes;

  /** Plans the memory of values and puts the values there. */
  Arena(List<Value> values, Workspace workspace) {
    this.workspace = workspace;
    Map<DataType, List<Value>> byType = new LinkedHashMap<>();
    for (Value value : values) {
      if (value.storage().isPlanned()) {
        byType.computeIfAbsent(value.array().dataType(), t -> new ArrayList<>()).add(value);
      }
    }
    byType.forEach(this::place);
  }

  private void place(DataType type, List<Value> values) {
    Map<Storage, Integer> index = new LinkedHashMap<>();
    List<MemoryPlan.Block> lives = new ArrayList<>();
    for (Value value : values) {
      if (index.putIfAbsent(value.storage(), lives.size()) == null) {
        lives.add(value.storage().block(value.array().length()));
      }
    }
    int line = CACHE_LINE_BYTES / type.width();
    MemoryPlan plan = MemoryPlan.of(lives, line);
    long length = plan.size() + line;
    INDArray block = workspace.block(type, length);
    bytes += length * type.width();
    long start = -(HostArray.address(block) / type.width()) & (line - 1);
    for (Value value : values) {
      long offset = start + plan.offset(index.get(value.storage()));
      INDArray probe = value.array();
      value.place(HostArray.view(block, probe.shape(), probe.ordering(), offset));
    }
  }

  /** What the results need, padding included. */
  long bytes() {
    return bytes;
  }
}
