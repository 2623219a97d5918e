package io.troupe.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Limits what a tar archive may say of an entry before it begins. Names and extended headers may be
 * of any length, and are read into memory as a whole.
 */
final class HeaderLimit extends FilterInputStream {
  private static final long MOST_HEADER_BYTES = 1 << 20;

  private long left = Long.MAX_VALUE;

  HeaderLimit(InputStream content) {
    super(content);
  }

  /**
   * The next entry of the archive that reads from here; null after the last.
   *
   * @throws IOException if its headers are too long
   */
  TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    if (tar.getCurrentEntry() != null) {
      // What is left of an entry does not count to the next one's headers.
      tar.transferTo(OutputStream.nullOutputStream());
    }
    left = MOST_HEADER_BYTES;
    try {
      return tar.getNextEntry();
    } finally {
      left = Long.MAX_VALUE;
    }
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    int count = super.read(target, start, length);
    count(count);
    return count;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long count = super.skip(bytes);
    count(count);
    return count;
  }

  private void count(long bytes) throws IOException {
    left -= Math.max(0, bytes);
    if (left < 0) {
      throw new IOException("headers of more than " + MOST_HEADER_BYTES + " bytes");
    }
  }
}
