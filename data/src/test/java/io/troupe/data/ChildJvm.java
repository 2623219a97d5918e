package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a test's own main class in another JVM: one with little memory, or in another locale. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Waits for it, and returns what it printed to both outputs, in UTF-8.
   *
   * @param environment is added to this one
   */
  static String run(
      Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(environment, options, main, arguments);
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    return printed + "exit code " + process.waitFor();
  }

  /** Does not wait; both outputs are one. */
  static Process start(
      Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }
}
