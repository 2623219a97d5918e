package io.troupe.actors.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads what a growing file of lines has got since it was read last, a part at a time. */
final class NewLines {
  private static final int PART = 1 << 16;

  private final Path file;
  private final ByteBuffer part = ByteBuffer.allocate(PART);
  private long offset;
  private long next;

  NewLines(Path file) {
    this.file = file;
  }

  /** Begins at the file's start again. */
  void rewind() {
    offset = 0;
  }

  /** Whether there is less in the file than was read of it. */
  boolean isReplaced() throws IOException {
    return !Files.exists(file) ? offset > 0 : Files.size(file) < offset;
  }

  /** Complete lines after those that were {@link #taken}; none when there are no more. */
  List<String> read() throws IOException {
    next = offset;
    if (!Files.exists(file)) {
      return List.of();
    }
    if (!Files.isRegularFile(file)) {
      // To open a pipe would wait for whoever is at its other end.
      throw new IOException(file + " is not a regular file");
    }
    part.clear();
    try (FileChannel channel = FileChannel.open(file)) {
      int count = 0;
      while (count >= 0 && part.hasRemaining()) {
        count = channel.read(part, offset + part.position());
      }
    }
    int end = part.position();
    while (end > 0 && part.get(end - 1) != '\n') {
      end--;
    }
    if (end == 0 && !part.hasRemaining()) {
      // No event is so long: passed over, so that those behind it are read.
      next = offset + PART;
      return List.of("");
    }
    next = offset + end;
    return new String(part.array(), 0, end, StandardCharsets.UTF_8).lines().toList();
  }

  /** The lines that were read last need not be read again. */
  void taken() {
    offset = next;
  }
}
