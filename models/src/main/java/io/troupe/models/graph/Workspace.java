package io.troupe.models.graph;

import io.troupe.models.memory.UntouchedArray;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Off-heap memory in which programs keep their intermediate results. Programs of which only one
 * runs at a time may share one; compiled with the largest first, they need no more than that. It is
 * closed after its programs.
 */
public final class Workspace implements AutoCloseable {
  private final List<UntouchedArray> blocks = new ArrayList<>();
  private final List<Reserved> reserved = new ArrayList<>();

  private record Reserved(DataType type, long length) {
    long bytes() {
      return length * type.width();
    }
  }

  /**
   * A block of at least some elements, undefined at the start of each run. The machine's memory is
   * taken at the first one, so that a program that does not fit can be refused before.
   */
  public INDArray block(DataType type, long length) {
    for (UntouchedArray block : blocks) {
      if (block.array().dataType() == type && block.array().length() >= length) {
        return block.array();
      }
    }
    UntouchedArray block = new UntouchedArray(type, length);
    blocks.add(block);
    return block.array();
  }

  /** Counts what {@link #block} would allocate, for programs that are planned and never run. */
  public void reserve(DataType type, long length) {
    if (reserved.stream().noneMatch(r -> r.type() == type && r.length() >= length)) {
      reserved.add(new Reserved(type, length));
    }
  }

  /** Everything allocated or reserved so far. */
  public long bytes() {
    return blocks.stream()
            .map(UntouchedArray::array)
            .mapToLong(array -> array.length() * array.dataType().width())
            .sum()
        + reserved.stream().mapToLong(Reserved::bytes).sum();
  }

  @Override
  public void close() {
    blocks.forEach(UntouchedArray::close);
    blocks.clear();
  }
}
