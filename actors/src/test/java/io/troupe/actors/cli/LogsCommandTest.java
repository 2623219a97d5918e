package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogsCommandTest {
  @TempDir private Path folder;

  private RunFixture run(String log) throws IOException {
    return RunFixture.of(folder.resolve("r")).log(log);
  }

  private String numbered(int lines) {
    return IntStream.rangeClosed(1, lines)
        .mapToObj("line %d of some length that fills blocks\n"::formatted)
        .collect(Collectors.joining());
  }

  @Test
  void theEndIsShown() throws Exception {
    String log = numbered(10_000);
    String name = run(log).directory.root().toString();

    assertThat(Cli.run("logs", name).out().lines())
        .hasSize(50)
        .first()
        .asString()
        .startsWith("line 9951 ");
    assertThat(Cli.run("logs", name, "-n", "3").out())
        .isEqualTo(log.substring(log.indexOf("line 9998 ")));
    assertThat(Cli.run("logs", name, "-n", "0").out()).isEmpty();
    assertThat(Cli.run("logs", name, "--lines", "20000").out()).isEqualTo(log);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a\n", "a", "a\nb", "a\n\nb\n", "ä€😀\nb"})
  void shortLogsAreShownAsTheyAre(String log) throws Exception {
    String name = run(log).directory.root().toString();
    String shown = log.isEmpty() || log.endsWith("\n") ? log : log + "\n";
    assertThat(Cli.run("logs", name).out()).isEqualTo(shown);
    String last = shown.isEmpty() ? "" : shown.substring(0, shown.length() - 1);
    assertThat(Cli.run("logs", name, "-n", "1").out())
        .isEqualTo(shown.isEmpty() ? "" : last.substring(last.lastIndexOf('\n') + 1) + "\n");
  }

  @Test
  void aMissingLogIsNamed() throws Exception {
    String name = RunFixture.of(folder.resolve("r")).directory.root().toString();
    Cli result = Cli.run("logs", name);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("there is no", "daemon.log");
    assertThat(Cli.run("logs", name, "-n", "-1").code()).isEqualTo(2);
  }

  @Test
  void whatIsAddedFollowsAlsoWhenTheFileIsReplacedOrCut() throws Exception {
    Path file = folder.resolve("daemon.log");
    List<String> seen = new ArrayList<>();
    try (GrowingLog log = new GrowingLog(file)) {
      log.more(seen::add);
      assertThat(seen).isEmpty();

      Files.writeString(file, "one\ntw");
      log.more(seen::add);
      assertThat(seen).containsExactly("one");
      append(file, "o\nthree");
      log.more(seen::add);
      assertThat(seen).containsExactly("one", "two");

      // Rotated: the rest of the old file comes before the new one.
      append(file, "!");
      Files.move(file, folder.resolve("daemon.log.1"));
      append(folder.resolve("daemon.log.1"), "?\nfour");
      Files.writeString(file, "five\n");
      log.more(seen::add);
      assertThat(seen).containsExactly("one", "two", "three!?", "four", "five");

      // Cut, as by a shell's redirection.
      Files.writeString(file, "6\n");
      log.more(seen::add);
      assertThat(seen).endsWith("five", "6");

      Files.delete(file);
      log.more(seen::add);
      Files.writeString(file, "seven\n");
      log.more(seen::add);
      assertThat(seen).endsWith("6", "seven").hasSize(7);
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, java.nio.file.StandardOpenOption.APPEND);
  }
}
