package io.troupe.config.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that appears under its name with all that is in it or not at all. It is filled beside
 * its place and then renamed.
 */
public final class AtomicFolder {
  private AtomicFolder() {}

  /**
   * Fills an empty folder.
   *
   * @param <T> what is found out meanwhile
   * @param <E> why it may not be filled, besides errors of the disk
   */
  public interface Content<T, E extends Exception> {
    /** Writes all files. */
    T writeTo(Path folder) throws IOException, E;
  }

  /**
   * Makes a folder, and those that it is in. What could not be completed is removed.
   *
   * @param place absolute; there is nothing there, or an empty folder
   * @return what the content found out
   * @throws java.nio.file.FileAlreadyExistsException if another thread makes it too
   */
  public static <T, E extends Exception> T write(Path place, Content<T, E> content)
      throws IOException, E {
    Files.createDirectories(place.getParent());
    // With the process id, so that two commands at a time do not write to one place.
    Path unfinished =
        place.resolveSibling(
            ".%s.%d.tmp".formatted(place.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.createDirectory(unfinished);
      T found = content.writeTo(unfinished);
      AtomicFile.move(unfinished, place);
      return found;
    } finally {
      delete(unfinished);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
