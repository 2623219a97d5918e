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
 * only one of them runs at a time. They take as much as the one that needs most.
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
     * Takes other memory in the place of what it has, which is freed first, so that both need not
     * fit at once. Tensors that are parts of it are parts of the new memory then.
     */
    void grow(long more) {
      // Of a null pointer.
      move(new DataPtr(), 0);
      try {
        refill(more);
        setLength(more);
      } catch (EngineMemoryException e) {
        refill(length);
        throw e;
      }
    }

    private void refill(long now) {
      try (Tensor other = engine.empty(now, type)) {
        Storage filled = other.storage();
        // Other than the type's width where floats are doubles.
        long bytes = filled.nbytes();
        move(filled.mutable_data_ptr(), bytes);
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
     * The block of a type. Its parts are taken from it by {@code as_strided}, for which its
     * storage's size counts: its own is what it began with.
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
   * Memory for a program.
   *
   * @param lengths elements of each type
   * @throws EngineMemoryException if there is not as much; then none is kept
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
