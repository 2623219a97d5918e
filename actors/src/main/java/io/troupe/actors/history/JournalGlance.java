package io.troupe.actors.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** How a run is by the end of its journal, for whoever cannot wait until all of it is read. */
final class JournalGlance {
  private static final int BYTES = 1 << 16;

  private JournalGlance() {}

  /** What the last events tell: the scores, times and counts of the whole journal are left out. */
  static JournalFacts of(Path file) throws IOException {
    Journal journal = Journal.ofEnd(file);
    byte[] bytes;
    boolean isWhole;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long start = Math.max(0, channel.size() - BYTES);
      isWhole = start == 0;
      ByteBuffer buffer = ByteBuffer.allocate(BYTES);
      while (buffer.hasRemaining() && channel.read(buffer, start + buffer.position()) > 0) {
        // Until it is full, or the file ends.
      }
      bytes = Arrays.copyOf(buffer.array(), buffer.position());
    }
    int from = isWhole ? 0 : end(bytes, 0) + 1;
    for (int end = end(bytes, from); end < bytes.length; end = end(bytes, from)) {
      journal.line(bytes, from, end - from);
      from = end + 1;
    }
    return journal.facts().ofEnd();
  }

  private static int end(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}
