package io.troupe.actors.history;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of a run's folders. They are found by listing, and never by a name that somebody asks for;
 * symbolic links are no files of the run.
 */
public final class RunFiles {
  /** Entries of a folder that are looked at. */
  private static final int MOST = 100_000;

  private static final Pattern STEP = Pattern.compile("step-(\\d{1,18})\\.\\w+");

  /** A file as it was when the folder was listed. */
  public record Listed(Path path, String name, long bytes, Instant at) {
    /** The step in its name, {@code step-000012000.png}; -1 if it has none. */
    public long step() {
      Matcher matcher = STEP.matcher(name);
      return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }
  }

  private RunFiles() {}

  /**
   * The files of a folder with an ending, in the order of their names; none if there is no such
   * folder.
   *
   * @param ending e.g. {@code .png}
   */
  public static List<Listed> list(Path folder, String ending) throws IOException {
    return list(folder, (String name) -> name.endsWith(ending));
  }

  private static List<Listed> list(Path folder, Predicate<String> wanted) throws IOException {
    List<Listed> files = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return files;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      int looked = 0;
      for (Path entry : entries) {
        if (looked++ == MOST) {
          break;
        }
        if (wanted.test(entry.getFileName().toString())) {
          listed(entry).ifPresent(files::add);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // Gone meanwhile.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    files.sort(Comparator.comparing(Listed::name));
    return files;
  }

  /** The file of the highest step in a folder; empty if there is none. */
  public static Optional<Path> newest(Path folder, String ending) throws IOException {
    return list(folder, ending).stream()
        .filter(file -> file.step() >= 0)
        .max(Comparator.comparingLong(Listed::step))
        .map(Listed::path);
  }

  /** A file of a folder by its name, among those that are listed. */
  public static Optional<Listed> find(Path folder, String ending, String name) throws IOException {
    return list(folder, (String entry) -> entry.endsWith(ending) && entry.equals(name)).stream()
        .findFirst();
  }

  /** A path of ours as a file, if it is a regular one. */
  static Optional<Listed> listed(Path path) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(
              new Listed(
                  path,
                  path.getFileName().toString(),
                  attributes.size(),
                  attributes.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * A small text file of a run, at most so many bytes of it; empty if there is none that can be
   * read.
   */
  static Optional<String> text(Path file, int mostBytes) {
    try {
      if (listed(file).isEmpty()) {
        return Optional.empty();
      }
      try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(
            new String(in.readNBytes(mostBytes), java.nio.charset.StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Optional.empty(); // What is not to be read is as good as absent.
    }
  }
}
