package io.troupe.actors.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.Json;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** The run of a command that asks its daemon, and how the answer is printed. */
final class NamedRun extends RunArgument {
  @Mixin private JsonOption json;

  /** Whether to answer in JSON. */
  JsonOption json() {
    return json;
  }

  /** Gives the chosen run's daemon an order, and prints its answer. */
  int order(CommandSpec spec, String name, Duration timeout)
      throws CliException, ControlException, InterruptedException {
    JsonNode answer = client().command(name, timeout);
    json.print(spec.commandLine().getOut(), answer, sentence(answer));
    return 0;
  }

  /** Lets the chosen run's daemon score its generator, and prints the scores as a table. */
  int scores(CommandSpec spec) throws CliException, ControlException, InterruptedException {
    JsonNode answer = client().command("evaluate?wait=true", TroupeCommand.EVALUATION_TIMEOUT);
    json.print(
        spec.commandLine().getOut(),
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

  /** An answer to a command as a sentence with its details. */
  static String sentence(JsonNode answer) {
    String details =
        answer.properties().stream()
            .filter(entry -> !entry.getKey().equals("step") && !entry.getKey().equals("message"))
            .map(NamedRun::detail)
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
