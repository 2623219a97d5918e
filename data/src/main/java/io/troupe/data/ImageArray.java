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
import java.util.stream.IntStream;

/** The images of a NumPy array with 8 bits a number, many of them in one Java array. */
final class ImageArray {
  private static final int RGB = 3;
  private static final int CHUNK_BYTES = 1 << 22;
  private static final int MOST_NUMBERS = 1 << 27;

  private final String place;
  private final NpyType type;
  private final Levels levels;
  private final int channels;
  private final boolean channelsFirst;
  private final int count;
  private final int height;
  private final int width;
  private final int perChunk;
  private final byte[][] chunks;

  private ImageArray(String place, NpyHeader header, Levels levels) {
    this.place = place;
    this.levels = levels;
    type = header.type();
    List<Integer> shape = header.shape();
    int axis = channelAxis(shape);
    channels = axis == 0 ? 1 : shape.get(axis);
    channelsFirst = axis == 1;
    count = shape.get(0);
    height = shape.get(channelsFirst ? 2 : 1);
    width = shape.get(channelsFirst ? 3 : 2);
    perChunk = Math.max(1, CHUNK_BYTES / length());
    chunks = new byte[(int) (((long) count + perChunk - 1) / perChunk)][];
  }

  /** Whether an array may hold images, RGB or grey. */
  static boolean isOne(NpyHeader header) {
    List<Integer> shape = header.shape();
    return !shape.contains(0)
        && (shape.size() == 4 ? channelAxis(shape) > 0 : shape.size() == 3 && shape.get(2) != RGB);
  }

  /** Which dimension is that of the channels; 0 if none is. */
  private static int channelAxis(List<Integer> shape) {
    if (shape.size() != 4) {
      return 0;
    }
    return IntStream.of(RGB, 1)
        .flatMap(channels -> IntStream.of(3, 1).filter(axis -> shape.get(axis) == channels))
        .findFirst()
        .orElse(0);
  }

  /**
   * Reads an array, with its header, from a stream that ends with it.
   *
   * @param place of the array, for messages
   * @param levels what its numbers mean
   * @throws DatasetException if these are no images
   * @throws IOException if the array is damaged or cannot be read
   */
  static ImageArray read(String place, InputStream in, Levels levels) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    check(place, header);
    ImageArray array = new ImageArray(place, header, levels);
    array.fill(in);
    header.requireEnd(in);
    return array;
  }

  /** Refuses an array that cannot be images, or too many. */
  static void check(String place, NpyHeader header) {
    if (!isOne(header)) {
      throw new DatasetException(
          ("%s: %s of shape %s, expected pictures of shape [count, height, width, 3] or [count, 3,"
                  + " height, width], in grey with 1 instead of 3 or without that dimension. %s")
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
    if (dimensions == 4 && shape.get(3) == 4) {
      return "Without transparency save images[..., :3]";
    }
    if (dimensions == 3) {
      return "Of a single picture save images[None], of grey ones images[..., None]";
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
      int from = channelsFirst ? k % channels * plane + k / channels : k;
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
    if (!(value >= levels.black() && value <= 1)) {
      throw new DatasetException(
          ("%s: picture %d (from 0) has the value %s, expected %d to 1, the range of floats; save"
                  + " levels from 0 to 255 as images.round().astype(\"uint8\")")
              .formatted(place, index, value, levels.black()));
    }
    return (byte) Math.round(levels.of(value));
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

  /** 3 for RGB, 1 for grey. */
  int channels() {
    return channels;
  }

  /** Bytes of an image. */
  private int length() {
    return height * width * channels;
  }

  /** Copies an image; see {@link Dataset#read}. */
  void read(int index, byte[] target) {
    Objects.checkIndex(index, count);
    System.arraycopy(chunks[index / perChunk], index % perChunk * length(), target, 0, length());
  }
}
