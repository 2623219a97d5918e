package io.troupe.actors.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the newest of a run's files that are named by step, {@code step-000012000.png}. */
public final class NewestFile {
  private NewestFile() {}

  /**
   * The file of the highest step; empty if there is none, or no such folder.
   *
   * @param extension without the dot
   */
  public static Optional<Path> in(Path folder, String extension) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Pattern name = Pattern.compile("step-\\d+\\." + Pattern.quote(extension));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .max(Comparator.comparing(file -> file.getFileName().toString()));
    }
  }
}
