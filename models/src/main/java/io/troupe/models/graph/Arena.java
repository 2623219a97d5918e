package io.troupe.models.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The off-heap memory of a compiled graph's results: one block for each data type. */
final class Arena implements AutoCloseable {
  private static final int CACHE_LINE_BYTES = 64;

  private final List<INDArray> blocks = new ArrayList<>();

  /** Plans and allocates the memory of values, and puts the values there. */
  Arena(List<Value> values) {
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
    INDArray block = Nd4j.createUninitialized(type, plan.size() + line);
    blocks.add(block);
    long start = -(block.data().address() / type.width()) & (line - 1);
    for (Value value : values) {
      long offset = start + plan.offset(index.get(value.storage()));
      INDArray probe = value.array();
      value.place(view(block.data(), probe.shape(), probe.ordering(), offset));
    }
  }

  /** An array on a part of a buffer. */
  static INDArray view(DataBuffer memory, long[] shape, char order, long offset) {
    return Nd4j.create(memory, shape, Nd4j.getStrides(shape, order), offset, order);
  }

  /** Everything allocated, padding included. */
  long bytes() {
    return blocks.stream().mapToLong(b -> b.length() * b.dataType().width()).sum();
  }

  @Override
  public void close() {
    blocks.forEach(INDArray::close);
    blocks.clear();
  }
}
