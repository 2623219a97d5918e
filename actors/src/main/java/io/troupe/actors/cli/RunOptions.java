package io.troupe.actors.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of the commands that ask a run's daemon. */
class RunOptions extends RunChoice {
  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  /** Whether to answer in JSON. */
  boolean json() {
    return json;
  }

  /** Gives the chosen run's daemon an order, and prints its answer. */
  int order(CommandSpec spec, String name, Duration timeout)
      throws CliException, ControlException, InterruptedException {
    JsonNode answer = client().command(name, timeout);
    print(spec, answer, sentence(answer));
    return 0;
  }

  /** Lets the chosen run's daemon score its generator, and prints the scores as a table. */
  int scores(CommandSpec spec) throws CliException, ControlException, InterruptedException {
    JsonNode answer = client().command("evaluate?wait=true", TroupeCommand.EVALUATION_TIMEOUT);
    print(
        spec,
        answer,
        "step %d: %s%n%n%s"
            .formatted(
                answer.path("step").asLong(),
                answer.path("message").asText(),
                ScoreTable.render(members(answer, "scores"), members(answer, "protocol"))));
    return 0;
  }

  private static Map<String, Object> members(JsonNode answer, String name) {
    return Json.mapper().convertValue(answer.path(name), new TypeReference<>() {});
  }

  /** Lets a run's daemon write a checkpoint; gives the file. */
  static Path checkpoint(RunDirectory directory) throws ControlException, InterruptedException {
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
