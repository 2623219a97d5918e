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
  private final Map<Workspace, Shared> shared = new HashMap<>();

  Arenas(TorchEngine engine) {
    this.engine = engine;
  }

  /** Blocks that some programs use, the largest of each type last. */
  private static final class Shared {
    final Map<DataType, Tensor> blocks = new EnumMap<>(DataType.class);
    int users;
  }

  /** What one program has of it. */
  final class Lease implements AutoCloseable {
    private final Map<DataType, Tensor> blocks = new EnumMap<>(DataType.class);
    private final Optional<Workspace> workspace;
    private final long ownBytes;

    private Lease(Optional<Workspace> workspace, Map<DataType, Long> lengths) {
      this.workspace = workspace;
      Shared others =
          workspace.map(w -> shared.computeIfAbsent(w, k -> new Shared())).orElseGet(Shared::new);
      others.users++;
      long made = 0;
      for (Map.Entry<DataType, Long> wanted : lengths.entrySet()) {
        DataType type = wanted.getKey();
        Tensor block = others.blocks.get(type);
        if (block == null || block.numel() < wanted.getValue()) {
          block = engine.empty(wanted.getValue(), type);
          block.retainReference();
          others.blocks.put(type, block);
          made += wanted.getValue() * type.width();
        }
        // A reference of its own: a larger block may take this one's place.
        blocks.put(type, new Tensor(block).retainReference());
      }
      ownBytes = made;
    }

    /** The block of a type. */
    Tensor memory(DataType type) {
      return blocks.get(type);
    }

    /** Bytes that were not there before this program. */
    long ownBytes() {
      return ownBytes;
    }

    @Override
    public void close() {
      synchronized (Arenas.this) {
        blocks.values().forEach(Tensor::close);
        blocks.clear();
        workspace.ifPresent(
            w -> {
              Shared others = shared.get(w);
              if (--others.users == 0) {
                others.blocks.values().forEach(Tensor::close);
                shared.remove(w);
              }
            });
      }
    }
  }

  /**
   * Memory for a program.
   *
   * @param lengths elements of each type
   */
  synchronized Lease lease(Optional<Workspace> workspace, Map<DataType, Long> lengths) {
    return new Lease(workspace, lengths);
  }
}
