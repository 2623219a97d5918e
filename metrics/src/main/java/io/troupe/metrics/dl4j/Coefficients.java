package io.troupe.metrics.dl4j;

import io.troupe.models.memory.FloatVector;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.indexer.Bfloat16Indexer;
import org.bytedeco.javacpp.indexer.HalfIndexer;

/**
 * The weights in a DeepLearning4J archive, one after the other, as ND4J writes arrays: two buffers,
 * the array's shape and its elements, each with where it was, its length and its type before it.
 */
final class Coefficients {
  private static final List<String> SHORT_LENGTHS = List.of("DIRECT", "HEAP", "JAVACPP");
  private static final List<String> LONG_LENGTHS = List.of("LONG_SHAPE", "MIXED_DATA_TYPES");
  private static final Map<String, Integer> BYTES =
      Map.of("FLOAT", 4, "DOUBLE", 8, "HALF", 2, "BFLOAT16", 2, "INT", 4, "LONG", 8);
  private static final int LONGEST_SHAPE = 128;

  private Coefficients() {}

  private record Header(long length, String type) {
    int bytes() throws IOException {
      Integer bytes = BYTES.get(type);
      if (bytes == null) {
        throw new IOException("it has elements of the type " + type);
      }
      return bytes;
    }
  }

  /**
   * Reads them.
   *
   * @param room bytes that the stream has at most
   * @param expected how many the network has
   * @return a row, [1, n]; the caller closes it
   * @throws IOException if these are no weights, or not all of them are there and finite
   */
  static FloatVector read(InputStream stream, long room, long expected) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    Header shape = header(in);
    if (shape.length() > LONGEST_SHAPE) {
      throw new IOException("its shape has %d numbers".formatted(shape.length()));
    }
    in.skipNBytes(shape.length() * shape.bytes());
    Header elements = header(in);
    long length = elements.length();
    if (length != expected) {
      throw new IOException(
          "it has %d numbers, and the network of %s %d"
              .formatted(length, ArchiveReader.CONFIGURATION, expected));
    }
    if (length < 1 || length > Integer.MAX_VALUE || length > room / elements.bytes()) {
      throw new IOException("it says that it has %d numbers, in %d bytes".formatted(length, room));
    }
    FloatVector values = zeros(length);
    try {
      FloatBuffer target = values.write();
      for (int i = 0; i < length; i++) {
        float value = next(in, elements.type());
        if (!Float.isFinite(value)) {
          throw new IOException("number %d of %d is %s".formatted(i, length, value));
        }
        target.put(i, value);
      }
      return values;
    } catch (IOException | RuntimeException e) {
      values.close();
      throw e;
    }
  }

  private static FloatVector zeros(long length) throws IOException {
    try {
      return FloatVector.zeros(1, length);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "there is no memory for its %d numbers, of 4 bytes each".formatted(length), e);
    }
  }

  private static Header header(DataInputStream in) throws IOException {
    String place = in.readUTF();
    if (!SHORT_LENGTHS.contains(place) && !LONG_LENGTHS.contains(place)) {
      throw new IOException("it is no array of ND4J");
    }
    long length = SHORT_LENGTHS.contains(place) ? in.readInt() : in.readLong();
    if (length < 0) {
      throw new IOException("it has a length of " + length);
    }
    return new Header(length, in.readUTF());
  }

  private static float next(DataInputStream in, String type) throws IOException {
    return switch (type) {
      case "FLOAT" -> in.readFloat();
      case "DOUBLE" -> (float) in.readDouble();
      case "HALF" -> HalfIndexer.toFloat(in.readShort());
      case "BFLOAT16" -> Bfloat16Indexer.toFloat(in.readShort());
      default -> throw new IOException("its elements are of the type " + type);
    };
  }
}
