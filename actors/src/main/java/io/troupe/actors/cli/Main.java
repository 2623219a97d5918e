package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.run.RunException;
import io.troupe.config.SettingsException;
import io.troupe.config.files.IoReason;
import io.troupe.data.DatasetException;
import io.troupe.data.fetch.FetchException;
import io.troupe.metrics.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program's entry; {@link TroupeCommand} lists the exit codes. */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  /** What Troupe and JavaCPP say of memory that the heap's size does not matter for. */
  private static final List<String> OUTSIDE_THE_HEAP =
      List.of("outside the heap", "Cannot allocate new", "Physical memory usage");

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(execute(commandLine(), args));
  }

  /** Runs a command and reports Errors too as single messages; its exit code. */
  static int execute(CommandLine command, String... args) {
    // Digits and letters that programs read are the same on every machine.
    Locale.setDefault(Locale.ROOT);
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      command.getErr().println("troupe: out of memory (" + e.getMessage() + ")" + advice(e));
    } catch (Error e) {
      command.getErr().println("troupe: internal error: " + e);
    }
    command.getErr().flush();
    return FAILED;
  }

  /** Off-heap memory is not had by a larger heap. */
  private static String advice(OutOfMemoryError error) {
    String message = String.valueOf(error.getMessage());
    return OUTSIDE_THE_HEAP.stream().anyMatch(message::contains)
        ? "; give this machine more, or choose a smaller training.micro-batch, a smaller batch or smaller networks"
        : ", of which there are %d MB; give more with TROUPE_JAVA_OPTS=-Xmx...m"
            .formatted(Runtime.getRuntime().maxMemory() >> 20);
  }

  /** The command line with all commands, which report errors as single messages. */
  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new TroupeCommand());
    CommandGroups.showIn(root);
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpLongOptionsMaxWidth(24)
        .setParameterExceptionHandler(Main::onBadUsage)
        .setExecutionExceptionHandler(
            (error, command, parsed) -> {
              command.getErr().println("troupe: " + message(error));
              command.getErr().flush();
              return error instanceof SettingsException ? BAD_USAGE : FAILED;
            });
  }

  private static int onBadUsage(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    PrintWriter screen = command.getErr();
    if (error instanceof UnmatchedArgumentException unmatched) {
      screen.println("troupe: " + Suggestions.message(unmatched));
    } else {
      screen.println("troupe: " + Suggestions.plain(error.getMessage()));
      screen.println("Try '" + Suggestions.name(command) + " --help' for more information.");
    }
    screen.flush();
    return BAD_USAGE;
  }

  private static String message(Exception error) {
    boolean forPeople =
        error instanceof DatasetException
            || error instanceof FetchException
            || error instanceof WeightsException
            || error instanceof RunException
            || error instanceof ControlException
            || error instanceof CheckpointException
            || error instanceof CliException;
    if (error instanceof SettingsException settings) {
      return String.join("\ntroupe: ", settings.problems());
    }
    if (error instanceof IOException io) {
      return IoReason.of(io);
    }
    return forPeople ? error.getMessage() : "internal error: " + error;
  }
}
