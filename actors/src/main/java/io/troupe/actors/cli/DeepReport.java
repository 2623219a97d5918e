package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.backup.RunVerification;
import io.troupe.actors.run.RunDirectory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says what a verification of a whole run found.
 *
 * @param warning of what is not damaged, but may be by others
 */
record DeepReport(RunDirectory run, List<RunVerification.Part> parts, Optional<String> warning) {
  /** Whether nothing is damaged. */
  boolean isSound() {
    return parts.stream().allMatch(part -> part.problems().isEmpty());
  }

  ObjectNode json() {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer.put("run", run.root().toString()).put("sound", isSound());
    answer.put("warning", warning.orElse(null));
    ArrayNode list = answer.putArray("parts");
    for (RunVerification.Part part : parts) {
      ObjectNode item = list.addObject().put("name", part.name()).put("checked", part.checked());
      ArrayNode problems = item.putArray("problems");
      part.problems().forEach(problems::add);
    }
    return answer;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append("%-12s%s%n".formatted("run", run.root()));
    for (RunVerification.Part part : parts) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-12s%,d %s%s, %s%n",
              part.name(),
              part.checked(),
              part.unit(),
              part.checked() == 1 ? "" : "s",
              part.problems().isEmpty() ? "sound" : "with problems:"));
      part.problems().forEach(problem -> text.append("  %s%n".formatted(problem)));
    }
    warning.ifPresent(found -> text.append("%-12s%s%n".formatted("warning", found)));
    return text.toString().stripTrailing();
  }
}
