package io.troupe.actors.sampling;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Folders of pictures that appear complete or not at all. */
public final class SampleOutput {
  private static final Pattern PICTURE = Pattern.compile("\\d{6}\\.png");

  private SampleOutput() {}

  /**
   * What a folder holds that is not a numbered picture, and so must not be lost.
   *
   * @param folder need not be there
   */
  public static Optional<Path> foreignFile(Path folder) throws IOException {
    return files(folder).stream()
        .filter(file -> !PICTURE.matcher(file.getFileName().toString()).matches())
        .findFirst();
  }

  /** Whether there is no such folder, or nothing in it. */
  public static boolean isFree(Path folder) throws IOException {
    return files(folder).isEmpty();
  }

  /**
   * Writes a folder of numbered pictures; one that is there is replaced.
   *
   * @throws IOException if it cannot be written, or one that is there holds other files
   */
  public static void folder(Path folder, AtomicFile.Content content) throws IOException {
    Path place = place(folder);
    Path temporary = beside(place, "tmp");
    Path old = beside(place, "old");
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      if (foreignFile(place).isPresent()) {
        throw new IOException("it holds " + foreignFile(place).get().getFileName());
      }
      if (Files.exists(place)) {
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(temporary);
      if (Files.exists(place)) {
        delete(old);
      }
    }
  }

  private static Path place(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path place = path.toAbsolutePath().normalize();
    Files.createDirectories(place.getParent());
    return place;
  }

  /** With the process id, so that two commands at a time do not write to one place. */
  private static Path beside(Path place, String suffix) {
    return place.resolveSibling(
        "%s.%d.%s".formatted(place.getFileName(), ProcessHandle.current().pid(), suffix));
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Files.delete(file);
    }
    Files.deleteIfExists(folder);
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
