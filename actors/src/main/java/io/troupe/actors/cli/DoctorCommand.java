package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.cli.doctor.Doctor;
import io.troupe.actors.cli.doctor.Finding;
import io.troupe.actors.cli.doctor.Finding.State;
import io.troupe.actors.cli.doctor.Machine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether this machine and this build can train, and what to do if not. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine and this build can train with, and what to do about what is missing."
          + " Exit code 1 if training would fail."
    },
    footer = {"  troupe doctor", "  TROUPE_BACKEND=torch-cuda troupe doctor --json"})
final class DoctorCommand extends CliCommand {
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws JsonProcessingException, InterruptedException {
    List<Finding> findings =
        Doctor.examine(
            Machine.here(), Path.of("runs"), Path.of(System.getProperty("user.home"), ".javacpp"));
    PrintWriter screen = screen();
    screen.print(json.wanted() ? json(findings) : text(findings));
    screen.flush();
    return findings.stream().anyMatch(finding -> finding.state() == State.PROBLEM) ? 1 : 0;
  }

  /** A line for each finding, and below what to do. */
  static String text(List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    String topic = "";
    for (Finding finding : findings) {
      text.append(
          "%-10s %s%s: %s%n"
              .formatted(
                  finding.topic().equals(topic) ? "" : finding.topic(),
                  finding.state() == State.PROBLEM ? "PROBLEM: " : "",
                  finding.name(),
                  finding.value()));
      topic = finding.topic();
    }
    List<Finding> advised =
        findings.stream().filter(finding -> !finding.advice().isEmpty()).toList();
    text.append("%n%s%n".formatted(advised.isEmpty() ? "Nothing to do." : "What to do:"));
    for (Finding finding : advised) {
      text.append("- %s: %s%n".formatted(finding.name(), finding.advice()));
    }
    return text.toString();
  }

  /** A list of objects with the keys topic, name, value, state and, if there is one, advice. */
  static String json(List<Finding> findings) throws JsonProcessingException {
    List<Map<String, String>> list =
        findings.stream()
            .map(
                finding -> {
                  Map<String, String> entry = new LinkedHashMap<>();
                  entry.put("topic", finding.topic());
                  entry.put("name", finding.name());
                  entry.put("value", finding.value());
                  entry.put("state", finding.state().name().toLowerCase(Locale.ROOT));
                  if (!finding.advice().isEmpty()) {
                    entry.put("advice", finding.advice());
                  }
                  return entry;
                })
            .toList();
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(list)
        + System.lineSeparator();
  }
}
