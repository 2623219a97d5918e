package io.troupe.actors.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: the header's length (8 bytes, little-endian), a header in JSON, padded
 * with spaces to a multiple of 8 bytes, and the tensors without gaps, the last index changing
 * fastest.
 */
final class Safetensors {
  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * A tensor.
   *
   * @param type as the format calls it
   * @param bytes of a number
   * @param shape none for a single number
   * @param content writes its numbers, little-endian
   */
  record Entry(String name, String type, int bytes, List<Long> shape, Content content) {
    long length() {
      return bytes * shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /** Writes a tensor's numbers. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  static void write(ExportedNetwork network, Path file) throws IOException {
    StoredCheckpoint checkpoint = network.checkpoint();
    List<Entry> entries =
        network.layout().slots().stream()
            .map(
                slot ->
                    new Entry(
                        slot.name(),
                        "F32",
                        Float.BYTES,
                        slot.shape(),
                        out ->
                            checkpoint.copy(network.network(), slot.offset(), slot.length(), out)))
            .toList();
    Map<String, String> metadata = network.metadata();
    metadata.put(
        "layout",
        "convolutions [height, width, in, out], matrices [in, out], tables [classes, features]");
    write(metadata, entries, file);
  }

  /** Writes tensors in their order. */
  static void write(Map<String, String> metadata, List<Entry> entries, Path file)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", metadata);
    long offset = 0;
    for (Entry entry : entries) {
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", entry.type());
      description.put("shape", entry.shape());
      description.put("data_offsets", List.of(offset, offset + entry.length()));
      offset += entry.length();
      header.put(entry.name(), description);
    }
    byte[] json = new ObjectMapper().writeValueAsBytes(header);
    int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      out.write(json);
      out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.US_ASCII));
      for (Entry entry : entries) {
        entry.content().writeTo(out);
      }
    }
  }
}
