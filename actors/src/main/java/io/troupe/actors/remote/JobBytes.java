package io.troupe.actors.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is in a job: JSON, which says what is wanted, and floats after it. Both sides must be of one
 * version, as others may compute otherwise.
 */
public final class JobBytes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OPAQUE = "a job's bytes are none that this version reads";
  private static final String VERSION = "version";

  private JobBytes() {}

  /**
   * Bytes that were read.
   *
   * @param floats from their first to their last
   */
  public record Content(JsonNode head, FloatBuffer floats) {}

  /**
   * JSON, its length before it, and floats after it, the lowest byte first. Numbers that are not
   * finite are texts.
   *
   * @param floats are read from their position on
   */
  public static byte[] of(Map<String, ?> head, FloatBuffer floats) {
    Map<String, Object> members = new LinkedHashMap<>(head);
    members.put(VERSION, version());
    byte[] json;
    try {
      json = JSON.writeValueAsBytes(members);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write as JSON: " + head, e);
    }
    byte[] bytes =
        new byte
            [Math.addExact(
                Integer.BYTES + json.length, Math.multiplyExact(Float.BYTES, floats.remaining()))];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(json.length).put(json);
    buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats.duplicate());
    return bytes;
  }

  /**
   * What {@link #of} wrote.
   *
   * @throws JobException if it is nothing of the kind
   */
  public static Content read(byte[] bytes) throws JobException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < Integer.BYTES) {
      throw new JobException(OPAQUE);
    }
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new JobException(OPAQUE);
    }
    JsonNode head;
    try {
      head = JSON.readTree(bytes, Integer.BYTES, length);
    } catch (IOException e) {
      throw new JobException(OPAQUE, e);
    }
    buffer.position(Integer.BYTES + length);
    if (buffer.remaining() % Float.BYTES != 0 || !head.isObject()) {
      throw new JobException(OPAQUE);
    }
    String version = head.path(VERSION).asText();
    if (!version.equals(version())) {
      throw new JobException(
          "a node has version %s of Troupe, and the other one %s".formatted(version, version()));
    }
    return new Content(head, buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
  }

  private static String version() {
    return Optional.ofNullable(JobBytes.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
