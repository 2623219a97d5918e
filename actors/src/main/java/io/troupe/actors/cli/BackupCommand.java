package io.troupe.actors.cli;

import io.troupe.actors.backup.BackupException;
import io.troupe.actors.backup.RunBackup;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes a run into one archive. */
@Command(
    name = "backup",
    description =
        "Writes a run into one ZIP archive with the SHA-256 of each file, even while it goes on:"
            + " checkpoints, settings, journal, grids and all else of its folder. 'troupe restore'"
            + " unpacks it.",
    footer = {"  troupe backup runs/r1", "  troupe backup r1 --out /mnt/backups/r1.zip --force"})
final class BackupCommand extends CliCommand {
  @Mixin private RunArgument run;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws CliException {
    RunDirectory directory = run.shown().directory();
    Path file = output.free(Path.of(directory.name() + ".zip"));
    if (file.toAbsolutePath()
        .normalize()
        .startsWith(directory.root().toAbsolutePath().normalize())) {
      throw new CliException(
          "%s is in the run's own folder; name a file elsewhere by --out".formatted(file));
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      RunBackup.Contents contents = RunBackup.write(directory, file);
      contents.leftOut().forEach(reason -> errors().println("troupe: left out: " + reason));
      errors().flush();
      PrintWriter screen = screen();
      screen.println(
          String.format(
              Locale.ROOT,
              "run %s up to step %d: %,d files, %,d bytes%n  file: %s",
              directory.name(),
              contents.step(),
              contents.files(),
              contents.bytes(),
              file));
      screen.flush();
      return 0;
    } catch (BackupException e) {
      throw new CliException(e.getMessage());
    } catch (IOException e) {
      throw new CliException(
          "cannot write run %s to %s: %s".formatted(directory.root(), file, IoReason.of(e)));
    }
  }
}
