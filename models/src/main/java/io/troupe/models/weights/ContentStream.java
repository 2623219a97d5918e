package io.troupe.models.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a content from its start, knows where it is, and refuses to read more than a limit. A read
 * beyond the end is an error, because what is read here says itself where it ends.
 */
final class ContentStream extends InputStream {
  private static final int CHUNK_BYTES = 1 << 16;

  private final Content content;
  private final long length;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
  private long chunkEnd;
  private final Budget budget;

  /**
   * A stream.
   *
   * @param budget of bytes that may be read; those that are skipped do not count
   */
  ContentStream(Content content, Budget budget) throws IOException {
    this.content = content;
    this.budget = budget;
    length = content.length();
  }

  /** What is left to read. */
  Budget budget() {
    return budget;
  }

  /** Where the next byte lies. */
  long position() {
    return chunkEnd - chunk.remaining();
  }

  /** Bytes to the content's end. */
  long left() {
    return length - position();
  }

  /** The next bytes, which are passed over. */
  Content take(long count) throws IOException {
    if (count < 0 || count > left()) {
      throw new EOFException(
          "it says %d bytes where %d are left".formatted(count, Math.max(0, left())));
    }
    long start = position();
    chunkEnd = start + count;
    chunk.limit(0);
    return content.part(start, count);
  }

  /** Refuses a length that is longer than what may still be read. */
  void require(long count) throws IOException {
    if (count < 0 || count > left() || count > budget.left()) {
      throw new EOFException(
          "it says a text of %d bytes where %d are left"
              .formatted(count, Math.max(0, Math.min(left(), budget.left()))));
    }
  }

  @Override
  public int read() throws IOException {
    if (left() <= 0) {
      throw new EOFException("it ends too early");
    }
    budget.spend();
    if (!chunk.hasRemaining()) {
      int next = (int) Math.min(CHUNK_BYTES, length - chunkEnd);
      chunk.clear().limit(next);
      content.read(chunkEnd, chunk);
      chunkEnd += next;
      chunk.flip();
    }
    return chunk.get() & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      target[offset + i] = (byte) read();
    }
    return count;
  }
}
