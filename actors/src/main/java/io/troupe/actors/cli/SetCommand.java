package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.config.CommandHint;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes settings of a run whose daemon lives. */
@Command(
    name = "set",
    description = {
      "Changes settings of a run while it goes on.",
      "A change that affects results holds from the next step on, which the answer names. It is"
          + " recorded, so that a run that has to go back makes it again at the same step."
    },
    footer = {
      "  troupe set training.generator.learning-rate=1e-4",
      "  troupe set training.steps=200000 evaluation.every=5000",
      "  troupe set ema.decay=0.999 training.clip-norm=1 --run-dir runs/r1"
    })
final class SetCommand extends CliCommand {
  private static final ObjectReader VALUES =
      Json.mapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Mixin private RunChoice run;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings of config/defaults.conf, and their new values.")
  private List<String> changes = List.of();

  @Override
  public Integer call() throws CliException, ControlException, IOException, InterruptedException {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    for (String change : changes) {
      int equals = change.indexOf('=');
      if (equals < 1) {
        throw wrong("\"%s\": no \"=\" found; allowed: KEY=VALUE".formatted(change));
      }
      String key = change.substring(0, equals).strip();
      if (settings.has(key)) {
        throw wrong(key + " is given twice");
      }
      settings.set(key, value(change.substring(equals + 1).strip()));
    }
    RunDirectory directory = run.directory();
    if (!RunLock.isHeld(directory)) {
      throw new CliException(notAlive(directory));
    }
    JsonNode answer =
        RunChoice.client(directory).changeSettings(settings, TroupeCommand.WRITE_TIMEOUT);
    json.print(screen(), answer, sentence(answer));
    return 0;
  }

  /** A number, true, false or a quoted text as JSON has it; all else is a text as it is. */
  private static JsonNode value(String text) {
    try {
      JsonNode value = VALUES.readTree(text);
      if (value.isNumber() || value.isBoolean() || value.isTextual()) {
        return value;
      }
    } catch (JsonProcessingException e) {
      // A text without quotes.
    }
    return TextNode.valueOf(text);
  }

  /** Only a daemon knows whether the run could take the change, and from which step on. */
  private String notAlive(RunDirectory directory) {
    Stream<Object> words =
        Stream.concat(
            Stream.of("start", "--run-dir", directory.root()),
            changes.stream().flatMap(change -> Stream.of("--set", change)));
    return "no daemon is running on %s, so nothing has changed; give the change to the next start: %s"
        .formatted(directory.root(), CommandHint.of(words.toArray()));
  }

  private static String sentence(JsonNode answer) {
    StringBuilder text =
        new StringBuilder(
            "step %d: %s".formatted(answer.path("step").asLong(), answer.path("message").asText()));
    for (JsonNode change : answer.path("changed")) {
      text.append(
          "%n  %s: %s -> %s"
              .formatted(
                  change.path("key").asText(),
                  change.path("from").asText(),
                  change.path("to").asText()));
    }
    return text.toString();
  }
}
