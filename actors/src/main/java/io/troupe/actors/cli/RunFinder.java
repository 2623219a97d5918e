package io.troupe.actors.cli;

import io.troupe.actors.RunDirectory;
import io.troupe.actors.control.DaemonProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the run that a command is about: by a path, by its name below a folder of runs, or as the
 * only one that lives.
 */
final class RunFinder {
  private static final int MOST_NAMED = 20;

  private final List<Path> folders;

  /**
   * A finder.
   *
   * @param folders of runs; an earlier one is looked at first
   */
  RunFinder(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /** Looks below runs/ of the working directory, then below runs/ of the program's folder. */
  static RunFinder standard() {
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("runs"));
    String root = System.getProperty("troupe.root");
    if (root != null) {
      Path own = Path.of(root, "runs");
      if (!own.equals(folders.get(0).toAbsolutePath().normalize())) {
        folders.add(own);
      }
    }
    return new RunFinder(folders);
  }

  /** The folders of runs. */
  List<Path> folders() {
    return folders;
  }

  /** The run of a path, or of a name below one of the folders. */
  RunDirectory named(String text) throws CliException {
    try {
      Path path = Path.of(text);
      if (Files.isDirectory(path)) {
        return new RunDirectory(path);
      }
      for (Path folder : folders) {
        if (Files.isDirectory(folder.resolve(path))) {
          return new RunDirectory(folder.resolve(path));
        }
      }
    } catch (InvalidPathException e) {
      throw new CliException(
          "\"%s\" cannot be the path of a run: %s".formatted(text, e.getReason()));
    }
    throw new CliException(
        "there is no run directory %s, nor a run of that name%s".formatted(text, known()));
  }

  /** The only run with a living daemon, of the first folder that has one. */
  RunDirectory living() throws CliException {
    for (Path folder : folders) {
      List<RunDirectory> running = running(folder);
      if (running.size() == 1) {
        return running.get(0);
      }
      if (running.size() > 1) {
        throw new CliException(severalDaemons(running));
      }
    }
    throw new CliException(
        "no daemon is running below %s; name the run%s".formatted(places(), known()));
  }

  private static List<RunDirectory> running(Path folder) throws CliException {
    try {
      return DaemonProcess.running(folder);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(folder.toAbsolutePath(), e));
    }
  }

  private String places() {
    return folders.stream()
        .map(folder -> folder.toAbsolutePath().toString())
        .collect(Collectors.joining(" and "));
  }

  /** What can be named. */
  private String known() throws CliException {
    List<String> names = new ArrayList<>();
    for (Path folder : folders) {
      names.addAll(names(folder));
    }
    if (names.isEmpty()) {
      return " (there is none below %s)".formatted(places());
    }
    String more = names.size() > MOST_NAMED ? ", ..." : "";
    return names.stream()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(", ", "; there are ", more + " below " + places()));
  }

  private static List<String> names(Path folder) throws CliException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(folder.toAbsolutePath(), e));
    }
  }

  /** A line for each run to choose from. */
  static String severalDaemons(List<RunDirectory> running) {
    return running.stream()
        .map(RunFinder::row)
        .collect(
            Collectors.joining(
                "\n", "several daemons are running; choose one with --run-dir:\n", ""));
  }

  private static String row(RunDirectory run) {
    try {
      return "  %-30s process %-8d %s"
          .formatted(
              run.root(),
              DaemonProcess.lastPid(run).orElse(0),
              Files.exists(run.url()) ? Files.readString(run.url()).strip() : "starting");
    } catch (IOException e) {
      return "  %-30s %s".formatted(run.root(), e);
    }
  }
}
