package io.troupe.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes a {@link CacheFile}, image by image in any order and from any thread. Closing it does not
 * end it: what was written can be gone on with, by a writer of the same content.
 */
final class CacheWriter implements AutoCloseable {
  private final FileChannel file;
  private final CacheContent content;
  private final int[] sums;
  private final long start;

  /**
   * Begins a file, or goes on with it.
   *
   * @param noteBytes room for notes that are told later
   */
  CacheWriter(Path path, CacheContent content, int noteBytes) throws IOException {
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
    ByteBuffer entry = ByteBuffer.allocate(CacheFile.ENTRY_BYTES);
    ByteBuffer pixels = ByteBuffer.wrap(image, 0, content.imageBytes());
    if (!CacheFile.isRead(
            file, entry, CacheFile.HEADER_BYTES + (long) CacheFile.ENTRY_BYTES * index)
        || !CacheFile.isRead(file, pixels, start + (long) index * content.imageBytes())) {
      return false;
    }
    sums[index] = CacheFile.checksum(image, content.imageBytes());
    return entry.getInt(0) == content.labels[index] && entry.getInt(4) == sums[index];
  }

  /**
   * Writes an image's bytes.
   *
   * @param isFinal whether a later writer need not write it again
   */
  void write(int index, byte[] image, boolean isFinal) throws IOException {
    sums[index] = CacheFile.checksum(image, content.imageBytes());
    CacheFile.writeFully(
        file,
        ByteBuffer.wrap(image, 0, content.imageBytes()),
        start + (long) index * content.imageBytes());
    if (isFinal) {
      ByteBuffer entry = ByteBuffer.allocate(CacheFile.ENTRY_BYTES);
      entry.putInt(content.labels[index]).putInt(sums[index]).flip();
      CacheFile.writeFully(
          file, entry, CacheFile.HEADER_BYTES + (long) CacheFile.ENTRY_BYTES * index);
    }
  }

  /** Writes all else, when the images are there, and brings it to disk. */
  void end(List<String> notes) throws IOException {
    CacheContent whole =
        new CacheContent(content.side, content.channels, content.labels, content.classNames, notes);
    byte[] texts = whole.texts();
    int length = CacheFile.HEADER_BYTES + CacheFile.ENTRY_BYTES * sums.length + texts.length;
    ByteBuffer head = ByteBuffer.allocate(length);
    head.putLong(CacheFile.MAGIC).putInt(0).putInt(sums.length).putInt(content.side);
    head.putInt(texts.length).putLong(start);
    head.putInt(CacheFile.GREY_AT, content.channels == 1 ? 1 : 0).position(CacheFile.HEADER_BYTES);
    for (int i = 0; i < sums.length; i++) {
      head.putInt(content.labels[i]).putInt(sums[i]);
    }
    head.put(texts);
    head.putInt(8, CacheFile.checksum(head.duplicate().flip().position(12)));
    CacheFile.writeFully(file, head.flip(), 0);
    file.force(true);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
