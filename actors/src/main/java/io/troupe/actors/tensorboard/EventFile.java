package io.troupe.actors.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file of records in TensorFlow's framing: the length as a 64-bit number, its masked CRC-32C, the
 * record, its masked CRC-32C; all little-endian.
 */
final class EventFile implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".troupe";
  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");
  private static final int MASK = 0xa282ead8;

  private final Path path;
  private final FileChannel channel;
  private long committed;

  private EventFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** A new file. TensorBoard reads files in the order of their names: it comes after all others. */
  static EventFile create(Path folder, Instant now) throws IOException {
    Files.createDirectories(folder);
    long second = now.getEpochSecond();
    for (Path other : all(folder)) {
      var name = NAME.matcher(other.getFileName().toString());
      if (name.matches()) {
        second = Math.max(second, Long.parseLong(name.group(1)) + 1);
      }
    }
    Path path = folder.resolve(String.format(Locale.ROOT, "%s%010d%s", PREFIX, second, SUFFIX));
    return new EventFile(
        path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** All event files of a folder, in the order of their names. */
  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .sorted()
          .toList();
    }
  }

  /** Whether it is where it was made. */
  boolean exists() {
    return Files.exists(path);
  }

  /** Adds a record; a failure may leave a part of it. */
  void add(byte[] record) throws IOException {
    ByteBuffer frame =
        ByteBuffer.allocate(Math.addExact(record.length, 16)).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(record.length);
    frame.putInt(maskedCrc(frame.array(), 8));
    frame.put(record);
    frame.putInt(maskedCrc(record, record.length));
    frame.flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** Removes what was added since the last {@link #commit}. */
  void undo() throws IOException {
    if (channel.position() > committed) {
      channel.truncate(committed);
    }
  }

  /** What was added stays. */
  void commit() throws IOException {
    committed = channel.position();
  }

  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /**
   * Removes older files in its folder that were made here, but for the one before: a TensorBoard
   * that is open has that one in hand, and does not find the next if it vanishes.
   */
  void removeOlder() throws IOException {
    List<Path> older =
        all(path.getParent()).stream()
            .filter(other -> other.toString().endsWith(SUFFIX) && other.compareTo(path) < 0)
            .toList();
    for (Path other : older.subList(0, Math.max(0, older.size() - 1))) {
      Files.deleteIfExists(other);
    }
  }

  /** Closes and removes it. */
  void remove() throws IOException {
    close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
