package io.troupe.actors.cli;

import io.troupe.actors.control.DaemonProcess;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

  /** The runs of the first folder that has any. */
  RunCatalogue catalogue() throws CliException {
    for (Path folder : folders) {
      RunCatalogue catalogue = RunCatalogue.below(folder);
      if (!runs(catalogue).isEmpty()) {
        return catalogue;
      }
    }
    return RunCatalogue.below(folders.get(0));
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

  /** Where a run is begun: the run that is called so and goes on, or else the path itself. */
  Path begun(Path path) {
    if (!path.isAbsolute() && !path.startsWith(".") && !path.startsWith("..")) {
      for (Path folder : folders) {
        RunDirectory run = new RunDirectory(folder.resolve(path));
        if (!Files.exists(path) && Files.exists(run.config())) {
          return run.root();
        }
      }
    }
    return path;
  }

  /** The only run with a living daemon, of the first folder that has one. */
  RunDirectory living() throws CliException {
    Optional<RunDirectory> found = onlyLiving();
    if (found.isEmpty()) {
      throw new CliException(
          "no daemon is running below %s; name the run%s".formatted(places(), known()));
    }
    return found.get();
  }

  private Optional<RunDirectory> onlyLiving() throws CliException {
    for (Path folder : folders) {
      List<RunDirectory> running = new ArrayList<>();
      for (RunHistory run : runs(RunCatalogue.below(folder))) {
        if (isAlive(run.directory())) {
          running.add(run.directory());
        }
      }
      if (running.size() > 1) {
        throw new CliException(severalDaemons(running));
      }
      if (running.size() == 1) {
        return Optional.of(running.get(0));
      }
    }
    return Optional.empty();
  }

  /** To look at: the run of a name; without one the only living run, or else the newest. */
  RunHistory shown(Optional<String> name) throws CliException {
    Optional<RunDirectory> directory =
        name.isPresent() ? Optional.of(named(name.get())) : onlyLiving();
    if (directory.isPresent()) {
      return history(directory.get());
    }
    return runs(catalogue()).stream()
        .min(Comparator.comparing(RunHistory::summary, RunTable.NEWEST_FIRST))
        .orElseThrow(
            () ->
                new CliException(
                    "there are no runs below %s; name one by its folder".formatted(places())));
  }

  /** A run by its folder, which must hold one. */
  private static RunHistory history(RunDirectory directory) throws CliException {
    Path root = directory.root();
    List<RunHistory> found = runs(RunCatalogue.below(root));
    if (found.size() == 1 && found.get(0).directory().root().equals(root)) {
      return found.get(0);
    }
    throw new CliException(
        found.isEmpty()
            ? "%s holds no run: neither config.conf nor events.jsonl is in it".formatted(root)
            : "%s is no run, but a folder of runs; name one of %s"
                .formatted(
                    root,
                    found.stream()
                        .limit(MOST_NAMED)
                        .map(run -> root.relativize(run.directory().root()).toString())
                        .collect(Collectors.joining(", "))));
  }

  private static List<RunHistory> runs(RunCatalogue catalogue) throws CliException {
    try {
      return catalogue.runs();
    } catch (IOException e) {
      throw new CliException(
          "cannot read %s: %s".formatted(catalogue.folder().toAbsolutePath(), IoReason.of(e)));
    }
  }

  private static boolean isAlive(RunDirectory run) throws CliException {
    try {
      return RunLock.isHeld(run);
    } catch (IOException e) {
      throw new CliException(
          "cannot see whether a daemon lives on %s: %s".formatted(run.root(), IoReason.of(e)));
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
      for (RunHistory run : runs(RunCatalogue.below(folder))) {
        names.add(folder.relativize(run.directory().root()).toString());
      }
    }
    if (names.isEmpty()) {
      return " (there is none below %s)".formatted(places());
    }
    String more = names.size() > MOST_NAMED ? ", ..." : "";
    return names.stream()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(", ", "; there are ", more + " below " + places()));
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
              Files.exists(run.url()) ? RunDirectory.text(run.url()) : "starting");
    } catch (IOException e) {
      return "  %-30s %s".formatted(run.root(), IoReason.of(e));
    }
  }
}
