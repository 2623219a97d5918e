package io.troupe.actors.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads what a file of lines has got since the last time. A last line without an end is left for
 * later: it may still be written, or be removed. Not thread-safe.
 */
public final class JournalTail {
  /** Longer lines are no events, and are passed over without being held. */
  public static final int LONGEST_LINE = 1 << 20;

  private static final int CHUNK = 1 << 16;
  private static final int HEAD = 256;

  /** Who gets the lines. */
  public interface Listener {
    /** The file is another one than before, or shorter: all lines come again from the first. */
    default void restarted() throws IOException {}

    /** A complete line, in bytes that are valid during the call only. */
    void line(byte[] bytes, int offset, int length) throws IOException;

    /** A line that is longer than {@link #LONGEST_LINE}. */
    default void tooLong() {}

    /**
     * The lines since the last call are a part of the file. If this fails, or one of the lines did,
     * the next reading begins with the first of them again.
     */
    default void part() throws IOException {}
  }

  private final Path file;
  private byte[] buffer = new byte[CHUNK];
  private Object key;
  private long head;
  private long offset;
  private boolean skipping;

  public JournalTail(Path file) {
    this.file = file;
  }

  /** Bytes of the complete lines that were read. */
  public long offset() {
    return offset;
  }

  /** Changes when the file becomes another one. */
  public long identity() {
    return head;
  }

  /**
   * Reads the new lines.
   *
   * @throws IOException also if it is no regular file, or a symbolic link, and what the listener
   *     throws
   */
  public void read(Listener listener) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a regular file");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (offset > 0 && isAnother(channel, attributes)) {
        offset = 0;
        skipping = false;
        listener.restarted();
      }
      key = attributes.fileKey();
      channel.position(offset);
      readLines(channel, listener);
      head = head(channel);
    } finally {
      // Long lines are rare: most readers wait with the small buffer.
      buffer = buffer.length > CHUNK ? new byte[CHUNK] : buffer;
    }
  }

  private boolean isAnother(FileChannel channel, BasicFileAttributes attributes)
      throws IOException {
    return attributes.size() < offset
        || (key != null && !key.equals(attributes.fileKey()))
        || head(channel) != head;
  }

  /** A checksum of how the file begins, of what has been read. */
  private long head(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(HEAD, offset));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
      // Until it is full, or the file ends.
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes.array());
    return checksum.getValue();
  }

  private void readLines(FileChannel channel, Listener listener) throws IOException {
    int held = 0;
    long position = offset;
    while (true) {
      int count = channel.read(ByteBuffer.wrap(buffer, held, buffer.length - held), position);
      if (count <= 0) {
        return;
      }
      position += count;
      int end = held + count;
      int start = 0;
      boolean inLong = skipping;
      for (int i = held; i < end; i++) {
        if (buffer[i] == '\n') {
          if (inLong) {
            listener.tooLong();
            inLong = false;
          } else {
            listener.line(buffer, start, i - start);
          }
          start = i + 1;
        }
      }
      listener.part();
      skipping = inLong;
      offset = position - (end - start);
      held = end - start;
      System.arraycopy(buffer, start, buffer, 0, held);
      if (held > LONGEST_LINE || (skipping && held > 0)) {
        // Its beginning is let go; the line's end will be told.
        skipping = true;
        offset = position;
        held = 0;
      } else if (held == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * held);
      }
    }
  }
}
