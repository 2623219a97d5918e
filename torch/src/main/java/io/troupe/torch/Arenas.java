package io.troupe.torch;

import io.troupe.models.graph.Workspace;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Memory on a device for programs' results. Programs that were lent the same workspace share it:
 * only one of them runs at a time.
 */
final class Arenas {
  private final TorchEngine engine;

  /** The largest block of each type. */
  private final Map<Workspace, Map<DataType, Block>> shared = new HashMap<>();

  Arenas(TorchEngine engine) {
    this.engine = engine;
  }

  /** Memory that is freed with the last program that uses it. */
  private final class Block {
    private final Tensor tensor;
    private final long bytes;
    private int users;

    Block(long length, DataType type) {
      // It outlives the scope of the program that is being made.
      tensor = engine.empty(length, type).retainReference();
      bytes = length * type.width();
      engine.planned(bytes);
    }

    void giveBack() {
      if (--users == 0) {
        tensor.close();
        engine.planned(-bytes);
        shared.values().forEach(blocks -> blocks.values().remove(this));
        shared.values().removeIf(Map::isEmpty);
      }
    }
  }

  /** What one program has of it. */
  final class Lease implements AutoCloseable {
    private final Map<DataType, Block> blocks = new EnumMap<>(DataType.class);
    private long ownBytes;

    private void take(Map<DataType, Block> others, DataType type, long length) {
      Block block = others.get(type);
      if (block == null || block.tensor.numel() < length) {
        block = new Block(length, type);
        others.put(type, block);
        ownBytes += block.bytes;
      }
      block.users++;
      blocks.put(type, block);
    }

    /** The block of a type. */
    Tensor memory(DataType type) {
      return blocks.get(type).tensor;
    }

    /** Bytes that were not there before this program. */
    long ownBytes() {
      return ownBytes;
    }

    @Override
    public void close() {
      synchronized (Arenas.this) {
        blocks.values().forEach(Block::giveBack);
        blocks.clear();
      }
    }
  }

  /**
   * Memory for a program.
   *
   * @param lengths elements of each type
   * @throws io.troupe.models.graph.EngineMemoryException if there is not as much; then none is kept
   */
  synchronized Lease lease(Optional<Workspace> workspace, Map<DataType, Long> lengths) {
    Map<DataType, Block> others =
        workspace
            .map(w -> shared.computeIfAbsent(w, any -> new EnumMap<>(DataType.class)))
            .orElseGet(() -> new EnumMap<>(DataType.class));
    Lease lease = new Lease();
    try {
      lengths.forEach((type, length) -> lease.take(others, type, length));
      return lease;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }
}
