package io.troupe.actors.cli;

import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of a sweep's runs, as {@code troupe compare} shows it. */
final class SweepTable {
  private SweepTable() {}

  static void write(Path file, List<RunDirectory> directories) throws IOException {
    List<RunHistory> runs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (RunDirectory directory : directories) {
      // One that was stopped in the queue has none.
      if (Files.exists(directory.config())) {
        runs.addAll(RunCatalogue.of(directory).runs());
        names.add(directory.name());
      }
    }
    List<String> lines;
    try {
      lines =
          runs.isEmpty()
              ? List.of("none of its runs has begun")
              : new Comparison(runs, names).lines(Integer.MAX_VALUE);
    } catch (CliException e) {
      lines = List.of("the runs cannot be compared: " + e.getMessage());
    }
    Files.createDirectories(file.getParent());
    AtomicFile.replace(file, String.join("\n", lines) + "\n");
  }
}
