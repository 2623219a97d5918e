package io.troupe.data;

import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/** The images of a NumPy array as 8-bit RGB, many of them in one Java array. */
final class ImageArray {
  private static final int CHANNELS = 3;
  private static final int CHUNK_BYTES = 1 << 22;
  private static final int MOST_NUMBERS = 1 << 27;

  /** From -1 to 1 in steps of a level, as float images are. */
  private static final float HALF_RANGE = 127.5f;

  private final String place;
  private final NpyType type;
  private final boolean channelsFirst;
  private final int count;
  private final int height;
  private final int width;
  private final int perChunk;
  private final byte[][] chunks;

  /** Of all numbers, if they are floats. */
  private float least = Float.POSITIVE_INFINITY;

  private float most = Float.NEGATIVE_INFINITY;

  private ImageArray(String place, NpyHeader header) {
    this.place = place;
    type = header.type();
    List<Integer> shape = header.shape();
    channelsFirst = shape.get(3) != CHANNELS;
    count = shape.get(0);
    height = shape.get(channelsFirst ? 2 : 1);
    width = shape.get(channelsFirst ? 3 : 2);
    perChunk = Math.max(1, CHUNK_BYTES / length());
    chunks = new byte[(int) (((long) count + perChunk - 1) / perChunk)][];
  }

  /** Whether an array may hold RGB images. */
  static boolean isOne(NpyHeader header) {
    List<Integer> shape = header.shape();
    return shape.size() == 4
        && !shape.contains(0)
        && (shape.get(3) == CHANNELS || shape.get(1) == CHANNELS);
  }

  /**
   * Reads an array, with its header, from a stream that ends with it.
   *
   * @param place of the array, for messages
   * @throws DatasetException if these are no images
   * @throws IOException if the array is damaged or cannot be read
   */
  static ImageArray read(String place, InputStream in) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    check(place, header);
    ImageArray array = new ImageArray(place, header);
    array.fill(in);
    header.requireEnd(in);
    return array;
  }

  private static void check(String place, NpyHeader header) {
    if (!isOne(header)) {
      throw new DatasetException(
          ("%s: %s of shape %s, expected pictures of shape [count, height, width, 3] or [count, 3,"
                  + " height, width]. %s")
              .formatted(place, header.type(), header.shape(), advice(header.shape())));
    }
    long numbers = header.count() / header.shape().get(0);
    if (numbers > MOST_NUMBERS) {
      throw new DatasetException(
          "%s: a picture has %d numbers, expected at most %d"
              .formatted(place, numbers, MOST_NUMBERS));
    }
    long most = Runtime.getRuntime().maxMemory();
    if (header.count() > most) {
      throw new DatasetException(
          ("%s: the pictures take %d MiB, and the JVM may use %d MiB; give it more with"
                  + " TROUPE_JAVA_OPTS=-Xmx..., or save the pictures as files (image-folder)")
              .formatted(place, header.count() >> 20, most >> 20));
    }
  }

  private static String advice(List<Integer> shape) {
    int dimensions = shape.size();
    if (shape.contains(0)) {
      return "It is empty";
    }
    if (dimensions == 4 && shape.get(3) == 1) {
      return "Of grey pictures save numpy.repeat(images, 3, axis=-1)";
    }
    if (dimensions == 4 && shape.get(1) == 1) {
      return "Of grey pictures save numpy.repeat(images, 3, axis=1)";
    }
    if (dimensions == 4 && shape.get(3) == 4) {
      return "Without transparency save images[..., :3]";
    }
    if (dimensions == 3 && shape.get(2) == CHANNELS) {
      return "Of a single picture save images[None]; grey ones as numpy.repeat(images[..., None],"
          + " 3, axis=-1)";
    }
    if (dimensions == 3) {
      return "Of grey pictures save numpy.repeat(images[..., None], 3, axis=-1)";
    }
    return "Give it that shape with numpy.reshape";
  }

  private void fill(InputStream in) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(length() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (in.readNBytes(raw.array(), 0, raw.capacity()) < raw.capacity()) {
        throw new EOFException("the file ends within picture %d of %d".formatted(i, count));
      }
      if (i % perChunk == 0) {
        // Allocated as bytes arrive, so that a damaged header cannot claim memory for data that is
        // not there.
        chunks[i / perChunk] = new byte[Math.min(perChunk, count - i) * length()];
      }
      convert(raw, i);
    }
    if (!type.isInteger() && least >= 0) {
      throw new DatasetException(
          ("%s: all values are from %s to %s. Floats mean -1 (black) to 1 (white); if these are 0 to"
                  + " 1, save 2 * images - 1 or, as levels, (255 * images).round().astype(\"uint8\")")
              .formatted(place, least, most));
    }
  }

  private void convert(ByteBuffer raw, int index) {
    byte[] chunk = chunks[index / perChunk];
    int start = index % perChunk * length();
    if (type == NpyType.UINT8 && !channelsFirst) {
      raw.get(0, chunk, start, length());
      return;
    }
    int plane = height * width;
    for (int k = 0; k < length(); k++) {
      int from = channelsFirst ? k % CHANNELS * plane + k / CHANNELS : k;
      double value = type.number(raw, from);
      chunk[start + k] = type.isInteger() ? level(value, index) : level((float) value, index);
    }
  }

  private byte level(double value, int index) {
    if (value < 0 || value > 255) {
      throw new DatasetException(
          "%s: picture %d (from 0) has the value %.0f, expected 0 to 255, the levels of integers"
              .formatted(place, index, value));
    }
    return (byte) value;
  }

  private byte level(float value, int index) {
    if (!(value >= -1 && value <= 1)) {
      throw new DatasetException(
          ("%s: picture %d (from 0) has the value %s, expected -1 to 1, the range of floats; save"
                  + " levels from 0 to 255 as images.round().astype(\"uint8\")")
              .formatted(place, index, value));
    }
    least = Math.min(least, value);
    most = Math.max(most, value);
    return (byte) Math.round((value + 1) * HALF_RANGE);
  }

  int count() {
    return count;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** Bytes of an image. */
  private int length() {
    return height * width * CHANNELS;
  }

  /** Copies an image; see {@link Dataset#read}. */
  void read(int index, byte[] target) {
    Objects.checkIndex(index, count);
    System.arraycopy(chunks[index / perChunk], index % perChunk * length(), target, 0, length());
  }
}
