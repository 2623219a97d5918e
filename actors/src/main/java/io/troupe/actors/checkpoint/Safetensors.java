package io.troupe.actors.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.models.graph.ParameterLayout;
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

  static void write(ExportedNetwork network, Path file) throws IOException {
    ParameterLayout layout = network.layout();
    Map<String, Object> header = new LinkedHashMap<>();
    Map<String, String> metadata = network.metadata();
    metadata.put(
        "layout",
        "convolutions [height, width, in, out], matrices [in, out], tables [classes, features]");
    header.put("__metadata__", metadata);
    for (ParameterLayout.Slot slot : layout.slots()) {
      header.put(slot.name(), description(slot));
    }
    byte[] json = new ObjectMapper().writeValueAsBytes(header);
    int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      out.write(json);
      out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.US_ASCII));
      // The vector is the layout's tensors, in this order.
      network.checkpoint().copy(network.network(), 0, layout.length(), out);
    }
  }

  private static Map<String, Object> description(ParameterLayout.Slot slot) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("dtype", "F32");
    description.put("shape", slot.shape());
    description.put(
        "data_offsets",
        List.of(slot.offset() * Float.BYTES, (slot.offset() + slot.length()) * Float.BYTES));
    return description;
  }
}
