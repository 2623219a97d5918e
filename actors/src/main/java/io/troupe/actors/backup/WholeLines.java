package io.troupe.actors.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The lines of a file that are complete. */
final class WholeLines {
  private static final int CHUNK = 1 << 12;

  private WholeLines() {}

  /** Bytes up to the end of the last complete line. */
  static long length(FileChannel channel) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long end = channel.size(); end > 0; end = Math.max(0, end - CHUNK)) {
      long start = Math.max(0, end - CHUNK);
      chunk.clear().limit((int) (end - start));
      while (chunk.hasRemaining() && channel.read(chunk, start + chunk.position()) >= 0) {
        // Until the chunk is full or the file ends.
      }
      for (int i = chunk.position() - 1; i >= 0; i--) {
        if (chunk.get(i) == '\n') {
          return start + i + 1;
        }
      }
    }
    return 0;
  }
}
