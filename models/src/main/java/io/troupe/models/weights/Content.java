package io.troupe.models.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Bytes that are read where they lie, so that large ones need no memory. */
interface Content {
  /** Number of bytes. */
  long length() throws IOException;

  /**
   * Fills a buffer with what begins at a position.
   *
   * @throws IOException also if the content ends before
   */
  void read(long position, ByteBuffer target) throws IOException;

  /** A part of it. */
  default Content part(long start, long length) {
    Content whole = this;
    return new Content() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void read(long position, ByteBuffer target) throws IOException {
        whole.read(start + position, target);
      }
    };
  }

  /** A file. */
  static Content of(FileChannel channel) {
    return new Content() {
      @Override
      public long length() throws IOException {
        return channel.size();
      }

      @Override
      public void read(long position, ByteBuffer target) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
          int count = channel.read(target, at);
          if (count < 0) {
            throw new EOFException("the file ends too early");
          }
          at += count;
        }
      }
    };
  }

  /** What is in memory. */
  static Content of(byte[] bytes) {
    return new Content() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void read(long position, ByteBuffer target) throws IOException {
        if (position < 0 || position > bytes.length - target.remaining()) {
          throw new EOFException("the entry ends too early");
        }
        target.put(bytes, (int) position, target.remaining());
      }
    };
  }

  /** An entry of an archive; each read goes through all of it, and its checksum must be right. */
  static Content of(ZipFile zip, ZipEntry entry) {
    return new Content() {
      private static final int CHUNK_BYTES = 1 << 16;

      /** No weights compress as well; an archive that is small cannot ask for much memory. */
      private static final long MOST_RATIO = 64;

      @Override
      public long length() {
        return Math.min(entry.getSize(), MOST_RATIO * entry.getCompressedSize());
      }

      @Override
      public void read(long position, ByteBuffer target) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] chunk = new byte[CHUNK_BYTES];
        long from = 0;
        try (InputStream in = zip.getInputStream(entry)) {
          for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            checksum.update(chunk, 0, count);
            long skipped = Math.min(count, Math.max(0, position - from));
            long wanted = Math.min(count - skipped, target.remaining());
            target.put(chunk, (int) skipped, (int) wanted);
            from += count;
          }
        } catch (EOFException e) {
          throw early(entry);
        }
        if (target.hasRemaining()) {
          throw early(entry);
        }
        requireChecksum(entry, checksum);
      }
    };
  }

  /** What an entry is refused with whose bytes are not all there; Java gives no reason. */
  static EOFException early(ZipEntry entry) {
    return new EOFException("the entry %s ends too early".formatted(entry.getName()));
  }

  /** Refuses an entry that is not as it was written. */
  static void requireChecksum(ZipEntry entry, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    requireChecksum(entry, checksum);
  }

  private static void requireChecksum(ZipEntry entry, CRC32 checksum) throws IOException {
    if (checksum.getValue() != entry.getCrc()) {
      throw new IOException(
          "the entry %s is damaged: its checksum is wrong".formatted(entry.getName()));
    }
  }
}
