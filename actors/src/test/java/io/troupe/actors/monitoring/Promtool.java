package io.troupe.actors.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus' checking tool, where it is installed. */
public final class Promtool {
  private Promtool() {}

  /** Skips a test where it is not. */
  public static void assumeThere() {
    assumeProgram("promtool");
  }

  /** Skips a test where a program of Debian's package prometheus is not installed. */
  public static void assumeProgram(String name) {
    boolean present =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    assumeTrue(present, name + " (Debian: prometheus) is not on the path");
  }

  /** Fails with its output if it finds a fault. */
  public static void run(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
