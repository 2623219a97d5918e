package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.RunDirectory;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.control.DaemonProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of the commands that ask a daemon. */
final class RunOptions {
  private static final Path RUNS = Path.of("runs");

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The run. Default: the only one below runs/ whose daemon lives.")
  private Optional<Path> runDirectory = Optional.empty();

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  /** The chosen run. */
  RunDirectory directory() throws CliException {
    if (runDirectory.isPresent()) {
      Path root = runDirectory.get();
      if (!Files.isDirectory(root)) {
        throw new CliException("there is no run directory " + root);
      }
      return new RunDirectory(root);
    }
    List<RunDirectory> running;
    try {
      running = DaemonProcess.running(RUNS);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(RUNS.toAbsolutePath(), e));
    }
    if (running.size() == 1) {
      return running.get(0);
    }
    throw new CliException(
        running.isEmpty()
            ? "no daemon is running below %s; name the run with --run-dir DIR"
                .formatted(RUNS.toAbsolutePath())
            : severalDaemons(running));
  }

  /** A line for each run to choose from. */
  static String severalDaemons(List<RunDirectory> running) {
    return running.stream()
        .map(RunOptions::row)
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

  /** Gives the chosen run's daemon an order, and prints its answer. */
  int order(CommandSpec spec, String name, Duration timeout)
      throws CliException, ControlException, InterruptedException {
    JsonNode answer = client().command(name, timeout);
    print(spec, answer, sentence(answer));
    return 0;
  }

  /** Lets the chosen run's daemon write a checkpoint; gives the file. */
  Path checkpoint() throws CliException, ControlException, InterruptedException {
    RunDirectory directory = directory();
    JsonNode answer = client(directory).command("checkpoint", TroupeCommand.WRITE_TIMEOUT);
    // The daemon's own path may be relative to another working directory.
    Path file = Path.of(answer.path("file").asText());
    return directory.checkpoints().resolve(file.getFileName());
  }

  /** A client of the chosen run's daemon. */
  ControlClient client() throws CliException, ControlException {
    return client(directory());
  }

  /** A client of a run's daemon, with the token of the environment. */
  static ControlClient client(RunDirectory directory) throws ControlException {
    return ControlClient.of(
        directory,
        Optional.ofNullable(System.getenv("TROUPE_CONTROL_TOKEN")).filter(text -> !text.isEmpty()));
  }

  /** Prints an answer as JSON or as the given text. */
  void print(CommandSpec spec, JsonNode answer, String text) {
    PrintWriter screen = spec.commandLine().getOut();
    screen.println(json ? answer.toPrettyString() : text);
    screen.flush();
  }

  /** An answer to a command as a sentence with its details. */
  static String sentence(JsonNode answer) {
    String details =
        answer.properties().stream()
            .filter(entry -> !entry.getKey().equals("step") && !entry.getKey().equals("message"))
            .map(RunOptions::detail)
            .collect(Collectors.joining("\n"));
    return "step %d: %s%s"
        .formatted(
            answer.path("step").asLong(),
            answer.path("message").asText(),
            details.isEmpty() ? "" : "\n" + details);
  }

  private static String detail(Map.Entry<String, JsonNode> entry) {
    JsonNode value = entry.getValue();
    return "  %s: %s".formatted(entry.getKey(), value.isTextual() ? value.asText() : value);
  }
}
