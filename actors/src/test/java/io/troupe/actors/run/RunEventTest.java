package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RunEventTest {
  /** The table is made of the events: copy what this expects when there is a new one. */
  @Test
  void allEventsAreDocumentedAsTheyAre() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("..", "docs", "events.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(RunEvent.values())
                .map(
                    event ->
                        "| `%s` | %s | %s |"
                            .formatted(event.label(), event.meaning(), members(event.members())))
                .toList());
  }

  private static String members(String members) {
    return Arrays.stream(members.split(", "))
        .filter(member -> !member.isEmpty())
        .map(member -> member.replaceAll("^([a-z_0-9]+)", "`$1`"))
        .collect(Collectors.joining(", "));
  }
}
