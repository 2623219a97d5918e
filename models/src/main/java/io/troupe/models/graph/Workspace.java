package io.troupe.models.graph;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Off-heap memory in which programs keep their intermediate results. Programs of which only one
 * runs at a time may share one; compiled with the largest first, they need no more than that. It is
 * closed after its programs.
 */
public final class Workspace implements AutoCloseable {
  private final List<INDArray> blocks = new ArrayList<>();
  private final List<Reserved> reserved = new ArrayList<>();

  private record Reserved(DataType type, long length) {
    long bytes() {
      return length * type.width();
    }
  }

  /** A block of at least some elements, undefined at the start of each run. */
  public INDArray block(DataType type, long length) {
    for (INDArray block : blocks) {
      if (block.dataType() == type && block.length() >= length) {
        return block;
      }
    }
    INDArray block = Nd4j.createUninitialized(type, length);
    blocks.add(block);
    return block;
  }

  /** Counts what {@link #block} would allocate, for programs that are planned and never run. */
  public void reserve(DataType type, long length) {
    if (reserved.stream().noneMatch(r -> r.type() == type && r.length() >= length)) {
      reserved.add(new Reserved(type, length));
    }
  }

  /** Everything allocated or reserved so far. */
  public long bytes() {
    return blocks.stream().mapToLong(b -> b.length() * b.dataType().width()).sum()
        + reserved.stream().mapToLong(Reserved::bytes).sum();
  }

  @Override
  public void close() {
    blocks.forEach(INDArray::close);
    blocks.clear();
  }
}
