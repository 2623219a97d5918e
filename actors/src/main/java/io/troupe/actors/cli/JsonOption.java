package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Whether a command answers in JSON. */
final class JsonOption {
  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean wanted;

  boolean wanted() {
    return wanted;
  }

  /** Prints a daemon's answer as JSON or as the given text. */
  void print(PrintWriter screen, JsonNode answer, String text) {
    screen.println(wanted ? answer.toPrettyString() : text);
    screen.flush();
  }
}
