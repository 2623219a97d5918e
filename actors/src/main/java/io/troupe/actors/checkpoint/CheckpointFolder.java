package io.troupe.actors.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of checkpoints in a folder, which are called {@code step-000012000.ckpt}. */
final class CheckpointFolder {
  /** Behind the name of a file that is not complete. */
  static final String TEMPORARY = ".tmp";

  private static final String SUFFIX = ".ckpt";

  /** Digits of any script: once files were named by the rules of the machine's locale. */
  private static final Pattern NAME = Pattern.compile("step-(\\p{Nd}{1,18})\\.ckpt");

  private static final Pattern LEFTOVER =
      Pattern.compile("(step-\\p{Nd}{1,18}\\.ckpt|score\\.txt)\\.tmp");

  private static final Pattern SET_ASIDE =
      Pattern.compile("(step-\\p{Nd}{1,18}\\.ckpt)\\.(damaged|diverged|collapsed)");

  private CheckpointFolder() {}

  /** What the file of a step is called. */
  static String name(long step) {
    return String.format(Locale.ROOT, "step-%09d%s", step, SUFFIX);
  }

  /** What checkpoint files of a folder are called, whether good or not, by step. */
  static List<Path> newestFirst(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            folder, entry -> NAME.matcher(entry.getFileName().toString()).matches())) {
      entries.forEach(files::add);
    }
    files.sort(Comparator.comparingLong(CheckpointFolder::step).reversed());
    return files;
  }

  /** The step of a file. */
  static long step(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(file + " is not called as a checkpoint is");
    }
    return Long.parseLong(name.group(1));
  }

  /** Removes what a crash left of files that were being written. */
  static void removeLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + TEMPORARY)) {
      for (Path entry : entries) {
        if (LEFTOVER.matcher(entry.getFileName().toString()).matches()) {
          Files.delete(entry);
        }
      }
    }
  }

  /**
   * Removes files.
   *
   * @throws IOException if some could not be removed; all others are removed
   */
  static void remove(List<Path> files) throws IOException {
    IOException failure = null;
    for (Path file : files) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether a file was {@link #setAside}. */
  static boolean isSetAside(Path file) {
    return SET_ASIDE.matcher(file.getFileName().toString()).matches();
  }

  /** What a file was called before it was set aside. */
  static Path before(Path aside) {
    Matcher name = SET_ASIDE.matcher(aside.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(aside + " is not called as what is set aside");
    }
    return aside.resolveSibling(name.group(1));
  }

  /**
   * Gives a file a name under which it is none of them.
   *
   * @param suffix behind the name: .damaged, .diverged or .collapsed
   */
  static void setAside(Path file, String suffix) throws IOException {
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + suffix),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
