package io.troupe.actors.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The end of a run's log.
 *
 * @param text whole lines, the newest last; empty if there is no log
 * @param bytes size of the whole log
 */
public record LogEnd(String text, long bytes, String file) {
  /** Bytes that can be asked for. */
  public static final int MOST = 1 << 20;

  static LogEnd read(Path log, int most) throws IOException {
    Optional<RunFiles.Listed> file = RunFiles.listed(log);
    if (file.isEmpty()) {
      return new LogEnd("", 0, log.toString());
    }
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      long start = Math.max(0, size - most);
      ByteBuffer bytes = ByteBuffer.allocate((int) (size - start));
      while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) > 0) {
        // Until it is full, or the log has become shorter.
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      // The first line is cut, unless the log begins with it or there is but one.
      int line = start == 0 ? 0 : text.indexOf('\n') + 1;
      return new LogEnd(text.substring(line), size, log.toString());
    }
  }
}
