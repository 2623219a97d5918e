package io.troupe.actors.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Where the doctor reads.
 *
 * @param root the folder that system files such as proc/cpuinfo are under
 * @param environment the process's environment variables
 * @param build whether a resource is on the class path
 */
public record Machine(Path root, Map<String, String> environment, Predicate<String> build) {
  private static final int TIMEOUT_SECONDS = 30;

  /** What a tool printed to both its outputs, and its exit code. */
  record Output(int code, String text) {}

  /** The machine that this process runs on. */
  public static Machine here() {
    ClassLoader loader = Machine.class.getClassLoader();
    return new Machine(
        Path.of("/"), System.getenv(), resource -> loader.getResource(resource) != null);
  }

  /** The text of a system file, which is named without the leading slash, if it can be read. */
  Optional<String> file(String path) {
    try {
      return Optional.of(Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // Other systems and containers lack these files; what is not known is left out.
      return Optional.empty();
    }
  }

  /**
   * What a tool prints.
   *
   * @return empty if the tool is not on the path or cannot be started
   */
  Optional<Output> output(String tool, String... arguments) throws InterruptedException {
    Optional<Path> program =
        paths("PATH").stream()
            .map(folder -> folder.resolve(tool))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<String> command = new ArrayList<>(List.of(program.get().toString()));
    command.addAll(Arrays.asList(arguments));
    try {
      // A file, not a pipe: a tool that hangs cannot block the reader.
      Path text = Files.createTempFile("troupe-doctor", ".txt");
      try {
        return Optional.of(run(command, text));
      } finally {
        Files.delete(text);
      }
    } catch (IOException e) {
      return Optional.of(new Output(-1, e.getMessage()));
    }
  }

  /** The folders that an environment variable lists. */
  List<Path> paths(String variable) {
    return Arrays.stream(environment.getOrDefault(variable, "").split(":"))
        .filter(folder -> !folder.isBlank())
        .map(Path::of)
        .toList();
  }

  private static Output run(List<String> command, Path text)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(text.toFile())
            .start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return new Output(-1, "no answer within %d s".formatted(TIMEOUT_SECONDS));
    }
    return new Output(
        process.exitValue(), Files.readString(text, StandardCharsets.ISO_8859_1).strip());
  }
}
