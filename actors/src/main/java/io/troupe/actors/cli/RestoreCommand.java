package io.troupe.actors.cli;

import io.troupe.actors.backup.BackupException;
import io.troupe.actors.backup.RunBackup;
import io.troupe.actors.backup.RunRestore;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Unpacks an archive of a run. */
@Command(
    name = "restore",
    description =
        "Unpacks what 'troupe backup' wrote. The run's folder appears when the SHA-256 of each file"
            + " is right, or not at all; 'troupe start' goes on with it.",
    footer = {"  troupe restore r1.zip", "  troupe restore r1.zip --run-dir runs/r1-again"})
final class RestoreCommand extends CliCommand {
  @Parameters(paramLabel = "ARCHIVE", description = "The archive.")
  private Path archive;

  @Option(
      names = "--run-dir",
      paramLabel = "FOLDER",
      description =
          "Where the run shall be; nothing may be there. Default: below runs/, named as it was.")
  private Optional<Path> runDirectory = Optional.empty();

  @Override
  public Integer call() throws CliException {
    if (Files.isDirectory(archive)) {
      throw new CliException(
          "%s is a folder; give an archive that 'troupe backup' wrote".formatted(archive));
    }
    if (!Files.isRegularFile(archive)) {
      throw new CliException("there is no file %s".formatted(archive));
    }
    try (RunRestore restore = RunRestore.open(archive)) {
      Path root = runDirectory.orElseGet(() -> Path.of("runs", restore.name()));
      RunBackup.Contents contents = restore.into(root);
      PrintWriter screen = screen();
      screen.println(
          String.format(
              Locale.ROOT,
              "run %s up to step %d: %,d files, %,d bytes, each with the right SHA-256%n"
                  + "  folder: %s%n  go on: troupe start --run-dir %s",
              restore.name(),
              contents.step(),
              contents.files(),
              contents.bytes(),
              root,
              root));
      screen.flush();
      return 0;
    } catch (BackupException e) {
      throw new CliException(e.getMessage());
    } catch (IOException e) {
      throw new CliException("cannot restore %s: %s".formatted(archive, IoReason.of(e)));
    }
  }
}
