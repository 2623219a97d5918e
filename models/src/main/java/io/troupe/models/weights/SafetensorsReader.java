package io.troupe.models.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Safetensors: the length of a header, the header in JSON, and raw numbers. */
final class SafetensorsReader {
  private static final int MOST_HEADER_BYTES = 1 << 23;
  private static final String METADATA = "__metadata__";

  private SafetensorsReader() {}

  /** Whether a file begins as such a one. */
  static boolean isOne(Content content) throws IOException {
    if (content.length() <= Long.BYTES) {
      return false;
    }
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
    content.read(0, start);
    return start.get(Long.BYTES) == '{'
        && start.getLong(0) > 0
        && start.getLong(0) <= content.length() - Long.BYTES;
  }

  /** The tensors and the texts of the header. */
  static WeightsGroup read(Content content) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.read(0, length);
    long headerBytes = length.getLong(0);
    if (headerBytes > MOST_HEADER_BYTES) {
      throw new IOException("its header has more than %d bytes".formatted(MOST_HEADER_BYTES));
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    content.read(Long.BYTES, header);
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(header.array());
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON: " + e.getOriginalMessage(), e);
    }
    long start = Long.BYTES + headerBytes;
    Content numbers = content.part(start, content.length() - start);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry
            .getValue()
            .properties()
            .forEach(e -> attributes.put(e.getKey(), e.getValue().asText()));
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), numbers));
      }
    }
    return new WeightsGroup("", tensors, attributes);
  }

  private static StoredTensor tensor(String name, JsonNode json, Content numbers)
      throws IOException {
    String code = json.path("dtype").asText();
    StoredType type =
        StoredType.ofCode(code)
            .orElseThrow(
                () -> new IOException("tensor %s has the unknown type %s".formatted(name, code)));
    List<Long> shape = new ArrayList<>();
    json.path("shape").forEach(size -> shape.add(size.asLong(-1)));
    long from = json.path("data_offsets").path(0).asLong(-1);
    long to = json.path("data_offsets").path(1).asLong(-1);
    String place =
        "tensor %s says that it lies in bytes %d to %d of %d"
            .formatted(name, from, to, numbers.length());
    if (from < 0 || to < from) {
      throw new IOException(place);
    }
    if (to > numbers.length()) {
      throw new EOFException(place);
    }
    Storage storage = new Storage(name, type);
    storage.lieIn(numbers.part(from, to - from));
    return StoredTensor.contiguous(storage, shape);
  }
}
