package io.troupe.actors.checkpoint;

import io.troupe.config.files.AtomicFile;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.graph.ParameterLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the tensors of a checkpoint's network, parameters and states, for other tools. */
public final class TensorExport {
  private TensorExport() {}

  /** A kind of file. */
  public enum Format {
    /** Bytes behind a JSON header, with what the tensors are from. */
    SAFETENSORS {
      @Override
      void write(
          StoredCheckpoint checkpoint, StoredNetwork network, ParameterLayout layout, Path file)
          throws IOException {
        Safetensors.write(checkpoint, network, layout, file);
      }
    },
    /** NumPy's archive of arrays. */
    NPZ {
      @Override
      void write(
          StoredCheckpoint checkpoint, StoredNetwork network, ParameterLayout layout, Path file)
          throws IOException {
        try (NpzWriter npz = new NpzWriter(file)) {
          for (ParameterLayout.Slot slot : layout.slots()) {
            NpyHeader header =
                new NpyHeader(
                    NpyType.FLOAT32, slot.shape().stream().map(Math::toIntExact).toList());
            npz.add(
                slot.name(),
                header,
                out -> checkpoint.copy(network, slot.offset(), slot.length(), out));
          }
        }
      }
    };

    abstract void write(
        StoredCheckpoint checkpoint, StoredNetwork network, ParameterLayout layout, Path file)
        throws IOException;
  }

  /**
   * Writes float32 tensors under their names and in their shapes. The file appears complete or not
   * at all; one that is there is replaced.
   *
   * @param layout of the network in this checkpoint
   */
  public static void write(
      StoredCheckpoint checkpoint,
      StoredNetwork network,
      ParameterLayout layout,
      Format format,
      Path file)
      throws IOException {
    AtomicFile.write(
        file,
        place -> {
          format.write(checkpoint, network, layout, place);
          try (FileChannel channel = FileChannel.open(place, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        });
  }
}
