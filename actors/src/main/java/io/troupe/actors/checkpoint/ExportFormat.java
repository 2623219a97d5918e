package io.troupe.actors.checkpoint;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

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
  },
  /** A generator as ONNX, see docs/serving.md. */
  ONNX("onnx", "onnx") {
    @Override
    AtomicFile.Content content(ExportedNetwork network) throws IOException, ExportException {
      return RunnableGenerators.onnx(network);
    }
  },
  /** A generator in SameDiff's format, see docs/serving.md. */
  SAMEDIFF("samediff", "fb") {
    @Override
    AtomicFile.Content content(ExportedNetwork network) throws ExportException {
      return RunnableGenerators.sameDiff(network);
    }
  },
  /**
   * Safetensors with the names and layouts of the published PyTorch program whose network it is, so
   * that its {@code load_state_dict} takes them.
   */
  PYTORCH("pytorch", "pytorch.safetensors") {
    @Override
    AtomicFile.Content content(ExportedNetwork network) throws ExportException {
      return PublishedTensors.of(network)::write;
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
  abstract AtomicFile.Content content(ExportedNetwork network) throws IOException, ExportException;

  /** The first format whose files' names end as this one does. */
  public static Optional<ExportFormat> ofName(Path file) {
    String name = file.getFileName().toString();
    return Arrays.stream(values())
        .filter(format -> name.endsWith("." + format.extension))
        .findFirst();
  }

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
