package io.troupe.actors.cli;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder of a run that may not begin: what is refused leaves none behind. */
final class FreshFolder {
  /** What a daemon makes before it knows whether it can train. */
  private static final Set<String> BEFORE_A_RUN =
      Set.of(".lock", "daemon.id", "daemon.url", "daemon.certificate", "daemon.log");

  /** What may be in a folder in which no run has begun, besides hidden files. */
  private static final Pattern BESIDE_A_RUN =
      Pattern.compile("\\..*|daemon\\..*|hs_err_pid.*\\.log|notes\\.json|lost\\+found");

  private final Path root;
  private final boolean fresh;

  /**
   * To be made before the folder is.
   *
   * @param fresh whether this command makes it
   */
  FreshFolder(RunDirectory directory, boolean fresh) {
    root = directory.root();
    this.fresh = fresh;
  }

  /** Of a folder that is fresh if it is not there. */
  static FreshFolder of(RunDirectory directory) {
    return new FreshFolder(directory, !Files.exists(directory.root()));
  }

  /**
   * The name of something in a folder that is not a run's; empty if there is nothing such, or if it
   * is the folder of a run, though perhaps not of a whole one.
   */
  static Optional<Path> other(RunDirectory directory) throws IOException {
    if (!Files.isDirectory(directory.root())
        || Files.exists(directory.config())
        || Files.exists(directory.events())
        || Files.exists(directory.checkpoints())) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(directory.root())) {
      return all.map(Path::getFileName)
          .filter(name -> !BESIDE_A_RUN.matcher(name.toString()).matches())
          .min(Comparator.naturalOrder());
    }
  }

  /** Removes the folder if it is fresh and no run has begun in it; says whether it is gone. */
  boolean remove() throws IOException {
    if (!fresh || !Files.isDirectory(root)) {
      return false;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(root)) {
      files = all.toList();
    }
    if (!files.stream().allMatch(file -> BEFORE_A_RUN.contains(file.getFileName().toString()))) {
      return false;
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(root);
    return true;
  }
}
