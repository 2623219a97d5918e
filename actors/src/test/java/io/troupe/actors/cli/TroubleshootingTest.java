package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md quotes messages that the program has. */
class TroubleshootingTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /**
   * What stands in place of a value: three dots in the page, conversions and joints in the code.
   */
  private static final Pattern GAP = Pattern.compile("\\.\\.\\.|\\d+");

  @Test
  void everyQuotedMessageIsInTheProgram() throws IOException {
    String program = program();
    List<String> quoted =
        Files.readAllLines(ROOT.resolve("docs/troubleshooting.md")).stream()
            .filter(line -> line.startsWith("| "))
            .map(line -> line.split(" \\| ", 2)[0])
            .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(quoted).hasSizeGreaterThan(30);
    assertThat(quoted)
        .allSatisfy(
            message ->
                assertThat(
                        GAP.splitAsStream(message)
                            .map(String::strip)
                            .filter(piece -> piece.length() > 2)
                            .toList())
                    .isNotEmpty()
                    .allSatisfy(piece -> assertThat(program.contains(piece)).as(piece).isTrue()));
  }

  /** All sources and scripts, texts that go over several lines joined. */
  private static String program() throws IOException {
    try (Stream<Path> modules =
        Stream.of("config", "data", "models", "metrics", "actors", "torch")
            .map(module -> ROOT.resolve(module).resolve("src/main/java"))) {
      List<Path> folders =
          Stream.concat(modules, Stream.of(ROOT.resolve("scripts/lib"), ROOT.resolve("scripts")))
              .toList();
      StringBuilder all = new StringBuilder();
      for (Path folder : folders) {
        try (Stream<Path> files = Files.walk(folder, folder.endsWith("scripts") ? 1 : 99)) {
          for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
            all.append(Files.readString(file)).append('\n');
          }
        }
      }
      return all.toString().replaceAll("\"\\s*\\+\\s*\"", "");
    }
  }
}
