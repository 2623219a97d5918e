package io.troupe.models.graph;

import io.troupe.models.memory.UntouchedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Off-heap memory in which programs keep their intermediate results. Programs of which only one
 * runs at a time may share one; if none needs much more than those compiled before it, they take no
 * more than the one that needs most. Engines with memory of their own, as those for GPUs, go by
 * which programs share one and take nothing of it. It is closed after its programs.
 */
public final class Workspace implements AutoCloseable {
  private final List<Block> blocks = new ArrayList<>();

  /** Memory of one type, or a plan for it. */
  private static final class Block {
    final DataType type;

    /** How many elements it has place for. */
    final long room;

    /** How many the program needs that needs most. */
    long needed;

    /** Empty if it is only planned. */
    Optional<UntouchedMemory> memory = Optional.empty();

    /** Has a quarter more place than is needed now; what nobody uses is addresses only. */
    Block(DataType type, long length) {
      this.type = type;
      room = length + length / 4;
    }

    UntouchedMemory memory() {
      if (memory.isEmpty()) {
        memory = Optional.of(new UntouchedMemory(type, room));
      }
      return memory.get();
    }
  }

  /**
   * A block of at least some elements, undefined at the start of each run. The machine's memory is
   * taken at the first one, so that a program that does not fit can be refused before.
   */
  public UntouchedMemory block(DataType type, long length) {
    return take(type, length).memory();
  }

  /** Counts what {@link #block} would allocate, for programs that are planned and never run. */
  public void reserve(DataType type, long length) {
    take(type, length);
  }

  private Block take(DataType type, long length) {
    Block taken =
        blocks.stream()
            .filter(block -> block.type == type && block.room >= length)
            .findFirst()
            .orElseGet(() -> added(new Block(type, length)));
    taken.needed = Math.max(taken.needed, length);
    return taken;
  }

  private Block added(Block block) {
    blocks.add(block);
    return block;
  }

  /** Everything that programs need of it so far. */
  public long bytes() {
    return blocks.stream().mapToLong(block -> block.needed * block.type.width()).sum();
  }

  @Override
  public void close() {
    blocks.forEach(block -> block.memory.ifPresent(UntouchedMemory::close));
    blocks.clear();
  }
}
