package io.troupe.actors.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;

/**
 * Reads event files by other means than they are written with: checksums bit by bit, the summaries
 * with classes that protoc made of TensorFlow's definitions, and with TensorBoard's rule that a
 * session's start, but for the first, ends the validity of what was said of its step and later
 * ones.
 */
public final class EventReader {
  /**
   * A value of a step.
   *
   * @param text of a text, else empty
   * @param number of a scalar, else 0
   */
  public record Value(long step, String tag, double number, String text, Summary.Image image) {}

  private EventReader() {}

  /** The event files of a folder, in TensorBoard's order. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains("tfevents")).sorted().toList();
    }
  }

  /** What TensorBoard knows after it has read all of a folder's files. */
  public static List<Value> known(Path folder) throws IOException {
    List<Value> known = new ArrayList<>();
    boolean begun = false;
    for (Path file : files(folder)) {
      for (byte[] record : records(Files.readAllBytes(file))) {
        UnknownFieldSet event = UnknownFieldSet.parseFrom(record);
        long step = event.getField(2).getVarintList().stream().findFirst().orElse(0L);
        for (ByteString log : event.getField(7).getLengthDelimitedList()) {
          if (UnknownFieldSet.parseFrom(log).getField(1).getVarintList().contains(1L)) {
            if (begun) {
              known.removeIf(value -> value.step() >= step);
            }
            begun = true;
          }
        }
        for (ByteString summary : event.getField(5).getLengthDelimitedList()) {
          for (Summary.Value value : Summary.parseFrom(summary.toByteArray()).getValueList()) {
            known.add(
                new Value(
                    step,
                    value.getTag(),
                    value.getSimpleValue(),
                    value.getTensor().getStringValList().stream()
                        .map(ByteString::toStringUtf8)
                        .reduce("", String::concat),
                    value.getImage()));
          }
        }
      }
    }
    return known;
  }

  /** The records of a file, whose checksums are verified. */
  static List<byte[]> records(byte[] file) throws IOException {
    List<byte[]> records = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      verify(bytes.getInt(), length);
      byte[] record = new byte[(int) ByteBuffer.wrap(length).order(bytes.order()).getLong()];
      bytes.get(record);
      verify(bytes.getInt(), record);
      records.add(record);
    }
    return records;
  }

  private static void verify(int stored, byte[] data) throws IOException {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82F63B78;
      }
    }
    int masked = (~crc >>> 15 | ~crc << 17) + 0xa282ead8;
    if (stored != masked) {
      throw new IOException("a record's checksum is wrong");
    }
  }
}
