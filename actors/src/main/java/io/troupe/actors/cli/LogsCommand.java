package io.troupe.actors.cli;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the end of a daemon's log, and what is added to it. */
@Command(
    name = "logs",
    description = {
      "Shows the end of a daemon's log. Its events are in events.jsonl, and 'watch' shows them.",
      "Without RUN: the only run with a daemon or, if there is none, the newest run."
    },
    footer = {
      "  troupe logs",
      "  troupe logs -f                # also what is added, until Ctrl-C",
      "  troupe logs demo-2 -n 1000"
    })
final class LogsCommand extends CliCommand {
  private static final int POLL_MILLIS = 200;

  @Mixin private RunArgument run;

  @Option(
      names = {"-f", "--follow"},
      description = "Keep showing what is added, by the run's next daemon too, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many of the last lines. Default: ${DEFAULT-VALUE}.")
  private long count;

  @Override
  public Integer call() throws CliException, InterruptedException {
    if (count < 0) {
      throw wrong("--lines must be at least 0: " + count);
    }
    RunDirectory directory = run.shown().directory();
    PrintWriter screen = screen();
    if (!Files.exists(directory.log())) {
      String missing = "there is no %s: no daemon has written one yet".formatted(directory.log());
      if (!follow) {
        throw new CliException(missing);
      }
      errors().println("troupe: " + missing + "; waiting for it");
      errors().flush();
    }
    try (GrowingLog log = new GrowingLog(directory.log())) {
      log.skipTo(count);
      log.more(screen::println);
      if (!follow) {
        log.rest(screen::println);
      }
      // The check also flushes; nobody may read any more, as behind 'head'.
      while (!screen.checkError() && follow) {
        Thread.sleep(POLL_MILLIS);
        log.more(screen::println);
      }
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(directory.log(), IoReason.of(e)));
    }
    return 0;
  }
}
