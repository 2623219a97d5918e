package io.troupe.data;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyException;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures and labels from arrays that NumPy saved (.npz), held in memory.
 *
 * <p>{@code images} is of shape [count, height, width, 3] and uint8, or float32 in [-1, 1], which
 * becomes 8-bit as when it is written as a PNG. {@code labels}, which may be missing, is an integer
 * array of shape [count]; the classes are named by their numbers, from "0" to that of the largest
 * label. Without labels all pictures are of one class.
 */
public final class NpzPictures implements Dataset {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";
  private static final int MOST_CLASSES = 100_000;

  private final int height;
  private final int width;
  private final byte[][] pictures;
  private final int[] labels;
  private final List<String> classNames;

  private NpzPictures(
      int height, int width, byte[][] pictures, int[] labels, List<String> classNames) {
    this.height = height;
    this.width = width;
    this.pictures = pictures;
    this.labels = labels;
    this.classNames = classNames;
  }

  /**
   * Reads a file.
   *
   * @throws DatasetException if it is missing, damaged, too large for the JVM's memory, or without
   *     fitting arrays
   */
  public static NpzPictures open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new DatasetException(
          "%s: there is no such file. Set dataset.path to that of an .npz file".formatted(path));
    }
    try (NpzReader npz = new NpzReader(path)) {
      NpyHeader header = npz.read(IMAGES, NpyHeader::read);
      checkImages(path, header);
      byte[][] pictures = npz.read(IMAGES, in -> readPictures(path, in));
      int height = header.shape().get(1);
      int width = header.shape().get(2);
      if (!npz.names().contains(LABELS)) {
        return new NpzPictures(height, width, pictures, new int[pictures.length], List.of("all"));
      }
      int[] labels = npz.read(LABELS, in -> labels(path, NpyArray.read(in), pictures.length));
      int classes = 1 + IntStream.of(labels).max().orElseThrow();
      return new NpzPictures(
          height,
          width,
          pictures,
          labels,
          IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    } catch (NpyException e) {
      throw new DatasetException(
          e.getMessage() + ". Save the file again, e.g. with numpy.savez", e);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(path, e), e);
    }
  }

  private static void checkImages(Path path, NpyHeader header) {
    List<Integer> shape = header.shape();
    if ((header.type() != NpyType.UINT8 && header.type() != NpyType.FLOAT32)
        || shape.size() != 4
        || shape.get(3) != 3
        || shape.contains(0)) {
      throw new DatasetException(
          ("%s, array images: %s of shape %s, expected UINT8, or FLOAT32 in [-1, 1], of shape"
                  + " [count, height, width, 3]")
              .formatted(path, header.type(), shape));
    }
    long most = Runtime.getRuntime().maxMemory();
    if (header.count() > most) {
      throw new DatasetException(
          ("%s: the pictures take %d MiB, and the JVM may use %d MiB; give it more with"
                  + " TROUPE_JAVA_OPTS=-Xmx..., or save the pictures as files (image-folder)")
              .formatted(path, header.count() >> 20, most >> 20));
    }
  }

  private static byte[][] readPictures(Path path, InputStream content) throws IOException {
    NpyHeader header = NpyHeader.read(content);
    List<Integer> shape = header.shape();
    int length = shape.get(1) * shape.get(2) * 3;
    byte[][] pictures = new byte[shape.get(0)][];
    for (int i = 0; i < pictures.length; i++) {
      int wanted = length * header.type().bytes();
      byte[] picture = content.readNBytes(wanted);
      if (picture.length < wanted) {
        throw new EOFException(
            "the file ends within picture %d of %d".formatted(i, pictures.length));
      }
      pictures[i] = header.type() == NpyType.UINT8 ? picture : levels(path, picture, i);
    }
    return pictures;
  }

  private static byte[] levels(Path path, byte[] picture, int index) {
    FloatBuffer values = ByteBuffer.wrap(picture).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    byte[] levels = new byte[values.remaining()];
    for (int i = 0; i < levels.length; i++) {
      float value = values.get();
      if (!(value >= -1 && value <= 1)) {
        throw new DatasetException(
            ("%s, array images: picture %d (from 0) has the value %s, expected -1 to 1; save other"
                    + " ranges as uint8")
                .formatted(path, index, value));
      }
      levels[i] = (byte) Math.round((value + 1) * 127.5f);
    }
    return levels;
  }

  private static int[] labels(Path path, NpyArray array, int count) throws NpyException {
    if (!array.header().shape().equals(List.of(count))) {
      throw new DatasetException(
          "%s, array labels: shape %s, expected [%d], one for each picture"
              .formatted(path, array.header().shape(), count));
    }
    long[] values = array.longs();
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      if (values[i] < 0 || values[i] >= MOST_CLASSES) {
        throw new DatasetException(
            "%s, array labels: label %d (from 0) is %d, expected 0 to %d"
                .formatted(path, i, values[i], MOST_CLASSES - 1));
      }
      labels[i] = (int) values[i];
    }
    return labels;
  }

  @Override
  public int size() {
    return pictures.length;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, byte[] target) {
    System.arraycopy(pictures[index], 0, target, 0, pictures[index].length);
  }
}
