package io.troupe.config.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that appears under its name complete or not at all; one that is there is replaced. It is
 * written beside its place and then renamed.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";
  private static final Pattern LEFTOVER = Pattern.compile(".+\\.(\\d{1,18})\\" + SUFFIX);

  private AtomicFile() {}

  /** Writes the whole content to a place. */
  public interface Content {
    /** Makes a file there. */
    void writeTo(Path place) throws IOException;
  }

  /**
   * Writes the whole content into an empty file.
   *
   * @param <T> what is found out while writing
   * @param <E> why it may not be written, besides errors of the disk
   */
  public interface ChannelContent<T, E extends Exception> {
    /** Writes it. */
    T writeTo(FileChannel channel) throws IOException, E;
  }

  /**
   * Writes a file, and makes the folder that it is in. If the name is a symbolic link, the file
   * that it leads to is replaced.
   */
  public static void write(Path file, Content content) throws IOException {
    Path place;
    if (Files.exists(file)) {
      place = file.toRealPath();
    } else {
      place = file.toAbsolutePath().normalize();
      Files.createDirectories(place.getParent());
    }
    // With the process id, so that two commands at a time do not write to one place.
    String name = "%s.%d%s".formatted(place.getFileName(), ProcessHandle.current().pid(), SUFFIX);
    Path temporary = place.resolveSibling(name);
    try {
      content.writeTo(temporary);
      move(temporary, place);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** As {@link #writeDurably}, with a text. */
  public static void replace(Path file, String text) throws IOException {
    AtomicFile.<Long, RuntimeException>writeDurably(
        file,
        channel -> {
          ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          return channel.size();
        });
  }

  /**
   * Writes a file in a folder that is there, so that a crash leaves the old or the new content;
   * afterwards the new one stays, also after a power loss. Only one may write it at a time: what a
   * crash leaves beside it is the file's name with {@code .tmp}.
   *
   * @return what the content found out
   */
  public static <T, E extends Exception> T writeDurably(Path file, ChannelContent<T, E> content)
      throws IOException, E {
    Path temporary = file.resolveSibling(file.getFileName() + SUFFIX);
    T found;
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        found = content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
    return found;
  }

  /**
   * Removes what processes that ended while they wrote have left of files in a folder, written by
   * {@link #write}. One is left if no process of the number in its name runs, or only one that
   * began after the file was last written.
   *
   * @param folder need not be there
   * @throws IOException if some cannot be removed
   */
  public static void removeLeftovers(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        Matcher name = LEFTOVER.matcher(file.getFileName().toString());
        if (name.matches() && isLeft(file, Long.parseLong(name.group(1)))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isLeft(Path file, long process) throws IOException {
    Optional<Instant> began =
        ProcessHandle.of(process).flatMap(running -> running.info().startInstant());
    try {
      return began.isEmpty()
          ? ProcessHandle.of(process).isEmpty()
          : Files.getLastModifiedTime(file).toInstant().isBefore(began.get());
    } catch (NoSuchFileException e) {
      return false; // It has its name by now.
    }
  }

  /** Gives a complete file its name, which another one may have. */
  public static void move(Path complete, Path file) throws IOException {
    Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
