package io.troupe.actors.cli;

import io.troupe.actors.history.RunCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The folder of a command that is about all runs below it. */
final class RunsFolder {
  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description =
          "Where the runs are, up to 4 folders deep. Default: runs/ of the working directory, or of"
              + " the program's folder if there are none.")
  private Optional<Path> named = Optional.empty();

  /** The runs below it. */
  RunCatalogue catalogue() throws CliException {
    if (named.isEmpty()) {
      return RunFinder.standard().catalogue();
    }
    Path folder = named.get();
    if (!Files.isDirectory(folder)) {
      throw new CliException(
          (Files.exists(folder)
                  ? "%s is a file; name a folder of runs"
                  : "there is no folder %s; name a folder of runs")
              .formatted(folder));
    }
    return RunCatalogue.below(folder);
  }
}
