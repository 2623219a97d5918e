package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file of decoded images, mapped into memory: nothing of it is on the Java heap but the names of
 * the classes. The mapping is the object's own and goes when nobody can reach it. Thread-safe.
 *
 * <p>First comes a header: what the file is, its checksum (CRC-32C) and lengths; then a label and a
 * checksum for each image; the texts, which are class names and notes; and the images.
 */
final class CacheFile {
  static final long MAGIC = 0x5452_5550_4943_0001L;
  static final int HEADER_BYTES = 64;

  /** Where the header says that images are grey; files that know of colour only have 0 there. */
  static final int GREY_AT = 32;

  static final int ENTRY_BYTES = 8;
  private static final long MOST_MAPPED = 1L << 30;

  private final Path path;
  private final int count;
  private final int side;
  private final int channels;
  private final MappedByteBuffer index;
  private final MappedByteBuffer[] images;
  private final int imagesPerMap;
  private final long start;
  private final List<String> classNames;
  private final List<String> notes;

  private CacheFile(Path path) throws IOException {
    this.path = path;
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      readFully(file, header, 0);
      if (header.getLong() != MAGIC) {
        throw new IOException("it does not begin as such files do");
      }
      int sum = header.getInt();
      count = header.getInt();
      side = header.getInt();
      int textBytes = header.getInt();
      start = header.getLong();
      channels = header.getInt(GREY_AT) == 0 ? 3 : 1;
      long end = (long) HEADER_BYTES + (long) ENTRY_BYTES * count + textBytes;
      if (count < 1
          || side < 1
          || textBytes < 0
          || (long) channels * side * side > Integer.MAX_VALUE
          || end > Integer.MAX_VALUE
          || start < end
          || file.size() != start + (long) count * imageBytes()) {
        throw new IOException("it is cut off or damaged: %d bytes".formatted(file.size()));
      }
      index = file.map(MapMode.READ_ONLY, 0, end);
      if (checksum(index.slice(12, (int) end - 12)) != sum) {
        throw new IOException("it is damaged: its checksum is wrong");
      }
      byte[] texts = new byte[textBytes];
      index.get((int) end - textBytes, texts);
      List<String> parts = List.of(new String(texts, UTF_8).split("\0\0", -1));
      if (parts.size() < 2) {
        throw new IOException("it is damaged: it has no class names");
      }
      classNames = List.of(parts.get(0).split("\0", -1));
      notes = parts.get(1).isEmpty() ? List.of() : List.of(parts.get(1).split("\0", -1));
      for (int i = 0; i < count; i++) {
        if (label(i) < 0 || label(i) >= classNames.size()) {
          throw new IOException("it is damaged: picture %d has no class".formatted(i));
        }
      }
      imagesPerMap = (int) Math.max(1, MOST_MAPPED / imageBytes());
      images = new MappedByteBuffer[(count - 1) / imagesPerMap + 1];
      for (int i = 0; i < images.length; i++) {
        int first = i * imagesPerMap;
        int some = Math.min(imagesPerMap, count - first);
        images[i] =
            file.map(
                MapMode.READ_ONLY, start + (long) first * imageBytes(), (long) some * imageBytes());
      }
    }
  }

  /**
   * Opens a file; its header, labels and lengths are checked, images when they are read.
   *
   * @throws IOException if it cannot be read, or is damaged
   */
  static CacheFile open(Path path) throws IOException {
    return new CacheFile(path);
  }

  private static void readFully(FileChannel file, ByteBuffer target, long at) throws IOException {
    if (!isRead(file, target, at)) {
      throw new EOFException("it is cut off");
    }
    target.flip();
  }

  /** Fills a buffer; false if the file ends before. */
  static boolean isRead(FileChannel file, ByteBuffer target, long at) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, at + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The checksum of a buffer's rest. */
  static int checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /** The checksum of an image. */
  static int checksum(byte[] image, int length) {
    CRC32C sum = new CRC32C();
    sum.update(image, 0, length);
    return (int) sum.getValue();
  }

  /** Writes a buffer. */
  static void writeFully(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    int first = bytes.position();
    while (bytes.hasRemaining()) {
      file.write(bytes, at + bytes.position() - first);
    }
  }

  Path path() {
    return path;
  }

  int count() {
    return count;
  }

  int side() {
    return side;
  }

  int channels() {
    return channels;
  }

  private int imageBytes() {
    return channels * side * side;
  }

  List<String> classNames() {
    return classNames;
  }

  /** What was said when the images were decoded. */
  List<String> notes() {
    return notes;
  }

  int label(int image) {
    return index.getInt(HEADER_BYTES + ENTRY_BYTES * image);
  }

  private int sum(int image) {
    return index.getInt(HEADER_BYTES + ENTRY_BYTES * image + 4);
  }

  /** Copies an image; false if it is not what was written, or cannot be read any more. */
  boolean read(int image, byte[] target) {
    try {
      images[image / imagesPerMap].get(
          image % imagesPerMap * imageBytes(), target, 0, imageBytes());
      return checksum(target, imageBytes()) == sum(image);
    } catch (InternalError e) {
      // How the JVM tells that a mapped file became shorter, or its disk fails.
      return false;
    }
  }

  /** Puts an image right, if these are the bytes that it had. */
  boolean repair(int image, byte[] pixels) throws IOException {
    if (checksum(pixels, imageBytes()) != sum(image)
        || Files.size(path) != start + (long) count * imageBytes()) {
      return false;
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      writeFully(
          file, ByteBuffer.wrap(pixels, 0, imageBytes()), start + (long) image * imageBytes());
    }
    return true;
  }
}
