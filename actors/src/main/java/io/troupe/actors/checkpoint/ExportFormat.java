package io.troupe.actors.checkpoint;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A kind of file that a network of a checkpoint is exported as. */
public enum ExportFormat {
  /** Bytes behind a JSON header, with what the tensors are from. */
  SAFETENSORS("safetensors", "safetensors") {
    @Override
    AtomicFile.Content content(ExportedNetwork network) {
      return file -> Safetensors.write(network, file);
    }
  },
  /** NumPy's archive of arrays. */
  NPZ("npz", "npz") {
    @Override
    AtomicFile.Content content(ExportedNetwork network) {
      return file -> NpzTensors.write(network, file);
    }
  };

  private final String label;
  private final String extension;

  ExportFormat(String label, String extension) {
    this.label = label;
    this.extension = extension;
  }

  /**
   * What is to be written.
   *
   * @throws ExportException if there is no such file of this network
   */
  abstract AtomicFile.Content content(ExportedNetwork network) throws ExportException;

  /** What such files' names end with, without the dot. */
  public String extension() {
    return extension;
  }

  /**
   * Writes a network. The file appears complete or not at all; one that is there is replaced.
   *
   * @throws ExportException if there is no such file of this network
   */
  public void write(ExportedNetwork network, Path file) throws IOException, ExportException {
    AtomicFile.Content content = content(network);
    AtomicFile.write(
        file,
        place -> {
          content.writeTo(place);
          try (FileChannel channel = FileChannel.open(place, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        });
  }

  /** As the command line has it. */
  @Override
  public String toString() {
    return label;
  }
}
