package io.troupe.torch;

import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.Workspace;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.DataPtr;
import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.Tensor;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Memory on a device for programs' results. Programs that were lent the same workspace share it:
 * only one of them runs at a time. Of each type of numbers they take as much as the one that needs
 * most.
 */
final class Arenas {
  private final TorchEngine engine;

  private final Map<Workspace, Map<DataType, Block>> shared = new HashMap<>();

  Arenas(TorchEngine engine) {
    this.engine = engine;
  }

  /** Memory that is freed with the last program that uses it. */
  private final class Block {
    private final DataType type;
    private final Tensor tensor;
    private long length;
    private int users;

    Block(long length, DataType type) {
      this.type = type;
      // It outlives the scope of the program that is being made.
      tensor = engine.empty(length, type).retainReference();
      setLength(length);
    }

    private void setLength(long now) {
      engine.planned((now - length) * type.width());
      length = now;
    }

    /**
     * Takes other memory in the place of what it has, which goes back to the allocator first, so
     * that both need not fit at once. Tensors that are parts of it are parts of the new memory
     * then.
     *
     * @throws EngineMemoryException if there is not as much; then it is as large as it was
     */
    void grow(long more) {
      long before = length;
      move(new DataPtr(), 0);
      setLength(0);
      try {
        refill(more);
      } catch (EngineMemoryException e) {
        try {
          refill(before);
        } catch (EngineMemoryException lost) {
          e.addSuppressed(lost);
        }
        throw e;
      }
    }

    private void refill(long now) {
      try (Tensor other = engine.empty(now, type)) {
        Storage filled = other.storage();
        // Other than the type's width where floats are doubles.
        long bytes = filled.nbytes();
        move(filled.mutable_data_ptr(), bytes);
        setLength(now);
      }
    }

    private void move(DataPtr memory, long bytes) {
      tensor.storage().set_data_ptr_noswap(memory);
      tensor.storage().set_nbytes(bytes);
    }

    void giveBack() {
      if (--users == 0) {
        tensor.close();
        setLength(0);
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
      long before = block == null ? 0 : block.length;
      if (block == null) {
        block = new Block(length, type);
        others.put(type, block);
      } else if (length > before) {
        block.grow(length);
      }
      ownBytes += (block.length - before) * type.width();
      block.users++;
      blocks.put(type, block);
    }

    /**
     * The block of a type, for {@code as_strided}, which goes by the size of its storage: its
     * {@code numel} is what the block began with.
     */
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
   * Memory for a program. None that shares it may be running, and what they left in it is lost.
   *
   * @param lengths elements of each type
   * @throws EngineMemoryException if there is not as much; then the program has none, and blocks of
   *     other programs may have grown
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
