package io.troupe.actors.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A log that is read as it grows. A file that takes its place is read from its start, after the
 * rest of the old one; one that is cut is read anew.
 */
final class GrowingLog implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  /** A longer line is passed on in parts. */
  private static final int LONGEST_LINE = 1 << 20;

  private final Path file;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private Optional<FileChannel> open = Optional.empty();
  private Object key = "";

  /** A log that need not be there yet. */
  GrowingLog(Path file) {
    this.file = file;
  }

  /** Goes to where so many lines follow, of which the last may be incomplete. */
  void skipTo(long lines) throws IOException {
    if (!reopen()) {
      return;
    }
    FileChannel channel = open.get();
    long size = channel.size();
    long wanted = lines - 1;
    long position = size;
    while (position > 0 && wanted >= 0) {
      long from = Math.max(0, position - BLOCK);
      block.clear().limit((int) (position - from));
      while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
        // Until the block is full, or the file has become shorter.
      }
      int at = block.position();
      while (at > 0 && wanted >= 0) {
        at--;
        // The end of the last line begins no further one.
        if (block.get(at) == '\n' && from + at + 1 < size) {
          wanted--;
        }
      }
      position = wanted < 0 ? from + at + 1 : from;
    }
    channel.position(position);
  }

  /** Passes on the lines that have become complete since the last call. */
  void more(Consumer<String> lines) throws IOException {
    if (open.isPresent()) {
      FileChannel channel = open.get();
      if (channel.size() < channel.position()) {
        line.reset();
        channel.position(0);
      }
      read(lines);
      if (!isReplaced()) {
        return;
      }
      rest(lines);
      close();
    }
    if (reopen()) {
      read(lines);
    }
  }

  /** Passes on what there is of an incomplete line. */
  void rest(Consumer<String> lines) {
    if (line.size() > 0) {
      pass(lines);
    }
  }

  private void read(Consumer<String> lines) throws IOException {
    FileChannel channel = open.orElseThrow();
    while (true) {
      block.clear();
      int count = channel.read(block);
      if (count <= 0) {
        return;
      }
      for (int i = 0; i < count; i++) {
        byte each = block.get(i);
        if (each == '\n') {
          pass(lines);
        } else {
          line.write(each);
          if (line.size() == LONGEST_LINE) {
            pass(lines);
          }
        }
      }
    }
  }

  private void pass(Consumer<String> lines) {
    lines.accept(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  private boolean isReplaced() throws IOException {
    Optional<Object> now = key();
    return now.isPresent() && !now.get().equals(key);
  }

  private Optional<Object> key() throws IOException {
    try {
      Object found = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return Optional.of(found == null ? file.toRealPath() : found);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean reopen() throws IOException {
    Optional<Object> now = key();
    if (now.isEmpty()) {
      return false;
    }
    try {
      open = Optional.of(FileChannel.open(file, StandardOpenOption.READ));
      key = now.get();
      return true;
    } catch (NoSuchFileException e) {
      return false; // Gone at this moment.
    }
  }

  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().close();
      open = Optional.empty();
    }
  }
}
