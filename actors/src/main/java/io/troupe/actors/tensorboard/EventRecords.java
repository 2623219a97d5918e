package io.troupe.actors.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * TensorBoard's events in protocol buffers' encoding: {@code tensorflow.Event} of
 * tensorflow/core/util/event.proto, with {@code Summary} of
 * tensorflow/core/framework/summary.proto.
 */
final class EventRecords {
  /** Fields of a message, written in rising order of their numbers. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static final String VERSION = "brain.Event:2";
  private static final int SESSION_START = 1;
  private static final int DATA_TYPE_STRING = 7;
  private static final int RGB = 3;

  private EventRecords() {}

  /** The first event of a file. */
  static byte[] fileVersion(Instant time) {
    return message(
        event -> {
          event.writeDouble(1, seconds(time));
          event.writeString(3, VERSION);
        });
  }

  /** Training begins at a step: TensorBoard forgets what it knows of this and later steps. */
  static byte[] sessionStart(Instant time, long step) {
    byte[] log = message(fields -> fields.writeEnum(1, SESSION_START));
    return event(time, step, 7, log);
  }

  /** Numbers of a step, each by its tag; TensorBoard keeps them as 32-bit floats. */
  static byte[] scalars(Instant time, long step, Map<String, Double> values) {
    byte[] summary =
        message(
            fields -> {
              for (Map.Entry<String, Double> value : values.entrySet()) {
                fields.writeByteArray(
                    1,
                    message(
                        scalar -> {
                          scalar.writeString(1, value.getKey());
                          scalar.writeFloat(2, value.getValue().floatValue());
                        }));
              }
            });
    return event(time, step, 5, summary);
  }

  /** A picture. */
  static byte[] image(Instant time, long step, String tag, Png png) {
    byte[] image =
        message(
            fields -> {
              fields.writeInt32(1, png.height());
              fields.writeInt32(2, png.width());
              fields.writeInt32(3, RGB);
              fields.writeByteArray(4, png.bytes());
            });
    return summary(time, step, tag, value -> value.writeByteArray(4, image));
  }

  /** A text in Markdown. */
  static byte[] text(Instant time, long step, String tag, String markdown) {
    byte[] one = message(dimension -> dimension.writeInt64(1, 1));
    byte[] shape = message(fields -> fields.writeByteArray(2, one));
    byte[] tensor =
        message(
            fields -> {
              fields.writeEnum(1, DATA_TYPE_STRING);
              fields.writeByteArray(2, shape);
              fields.writeByteArray(8, markdown.getBytes(StandardCharsets.UTF_8));
            });
    byte[] plugin = message(fields -> fields.writeString(1, "text"));
    byte[] metadata = message(fields -> fields.writeByteArray(1, plugin));
    return summary(
        time,
        step,
        tag,
        value -> {
          value.writeByteArray(8, tensor);
          value.writeByteArray(9, metadata);
        });
  }

  /**
   * One value by its tag.
   *
   * @param content fields after the tag
   */
  private static byte[] summary(Instant time, long step, String tag, Fields content) {
    byte[] only =
        message(
            value -> {
              value.writeString(1, tag);
              content.write(value);
            });
    return event(time, step, 5, message(fields -> fields.writeByteArray(1, only)));
  }

  private static byte[] event(Instant time, long step, int field, byte[] what) {
    return message(
        event -> {
          event.writeDouble(1, seconds(time));
          event.writeInt64(2, step);
          event.writeByteArray(field, what);
        });
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() * 1e-9;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
