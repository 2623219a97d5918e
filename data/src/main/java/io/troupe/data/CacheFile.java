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
  private static final long MAGIC = 0x5452_5550_4943_0001L;
  private static final int HEADER_BYTES = 64;

  /** Where the header says that images are grey; files that know of colour only have 0 there. */
  private static final int GREY_AT = 32;

  private static final int ENTRY_BYTES = 8;
  private static final int PAGE = 4096;
  private static final long MOST_MAPPED = 1L << 30;

  /** What a file holds besides images. */
  static final class Content {
    private final int side;
    private final int channels;
    private final int[] labels;
    private final List<String> classNames;
    private final List<String> notes;

    /**
     * What it is to hold.
     *
     * @param side of the images, in pixels
     * @param channels of the images, 3 or 1
     * @param labels by image
     * @param classNames by label
     * @param notes what was said when the images were decoded
     */
    Content(int side, int channels, int[] labels, List<String> classNames, List<String> notes) {
      this.side = side;
      this.channels = channels;
      this.labels = labels;
      this.classNames = classNames;
      this.notes = notes;
    }

    int imageBytes() {
      return channels * side * side;
    }

    /** Class names and notes, as the file has them. */
    private byte[] texts() {
      return (String.join("\0", classNames) + "\0\0" + String.join("\0", notes)).getBytes(UTF_8);
    }

    /** Where images begin. */
    private long start(int textBytes) {
      long end = HEADER_BYTES + (long) ENTRY_BYTES * labels.length + textBytes;
      return (end + PAGE - 1) / PAGE * PAGE;
    }
  }

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
  private static boolean isRead(FileChannel file, ByteBuffer target, long at) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, at + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int checksum(ByteBuffer bytes) {
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

  /** How many bytes a file takes; texts that are not known yet do not count. */
  static long bytes(Content content) {
    return content.start(content.texts().length)
        + (long) content.labels.length * content.imageBytes();
  }

  /**
   * Writes a file, image by image in any order and from any thread. Closing it does not end it:
   * what was written can be gone on with, by a writer of the same content.
   */
  static final class Writer implements AutoCloseable {
    private final FileChannel file;
    private final Content content;
    private final int[] sums;
    private final long start;

    /**
     * Begins a file, or goes on with it.
     *
     * @param noteBytes room for notes that are told later
     */
    Writer(Path path, Content content, int noteBytes) throws IOException {
      this.content = content;
      sums = new int[content.labels.length];
      start = content.start(content.texts().length + noteBytes);
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      file.truncate(start + (long) sums.length * content.imageBytes());
    }

    /** Whether an earlier writer wrote this image for good; {@code image} is overwritten. */
    boolean has(int index, byte[] image) throws IOException {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
      ByteBuffer pixels = ByteBuffer.wrap(image, 0, content.imageBytes());
      if (!isRead(file, entry, HEADER_BYTES + (long) ENTRY_BYTES * index)
          || !isRead(file, pixels, start + (long) index * content.imageBytes())) {
        return false;
      }
      sums[index] = checksum(image, content.imageBytes());
      return entry.getInt(0) == content.labels[index] && entry.getInt(4) == sums[index];
    }

    /**
     * Writes an image's bytes.
     *
     * @param isFinal whether a later writer need not write it again
     */
    void write(int index, byte[] image, boolean isFinal) throws IOException {
      sums[index] = checksum(image, content.imageBytes());
      writeFully(
          file,
          ByteBuffer.wrap(image, 0, content.imageBytes()),
          start + (long) index * content.imageBytes());
      if (isFinal) {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.putInt(content.labels[index]).putInt(sums[index]).flip();
        writeFully(file, entry, HEADER_BYTES + (long) ENTRY_BYTES * index);
      }
    }

    /** Writes all else, when the images are there, and brings it to disk. */
    void end(List<String> notes) throws IOException {
      Content whole =
          new Content(content.side, content.channels, content.labels, content.classNames, notes);
      byte[] texts = whole.texts();
      int length = HEADER_BYTES + ENTRY_BYTES * sums.length + texts.length;
      ByteBuffer head = ByteBuffer.allocate(length);
      head.putLong(MAGIC).putInt(0).putInt(sums.length).putInt(content.side);
      head.putInt(texts.length).putLong(start);
      head.putInt(GREY_AT, content.channels == 1 ? 1 : 0).position(HEADER_BYTES);
      for (int i = 0; i < sums.length; i++) {
        head.putInt(content.labels[i]).putInt(sums[i]);
      }
      head.put(texts);
      head.putInt(8, checksum(head.duplicate().flip().position(12)));
      writeFully(file, head.flip(), 0);
      file.force(true);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes, long at) throws IOException {
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
