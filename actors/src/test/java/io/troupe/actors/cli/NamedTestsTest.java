package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that the documents name are there. */
class NamedTestsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A class, a test of a class, or a test of the class that was named last; no file's ending. */
  private static final Pattern NAME =
      Pattern.compile("`([A-Z]\\w*Test)?(?:\\.([a-z]+[A-Z]\\w*))?`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module :
        List.of("config", "data", "models", "metrics", "actors", "torch", "bench")) {
      Path folder = ROOT.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(folder)) {
        for (Path file : files(folder, ".java")) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
        }
      }
    }
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : files(ROOT.resolve("docs"), ".md")) {
      String last = "";
      Matcher matcher = NAME.matcher(Files.readString(page));
      while (matcher.find()) {
        last = matcher.group(1) == null ? last : matcher.group(1);
        String test = matcher.group(2);
        if (matcher.group(1) == null && (test == null || last.isEmpty())) {
          continue;
        }
        named++;
        String source = sources.getOrDefault(last, "");
        if (source.isEmpty() || (test != null && !source.contains(" " + test + "("))) {
          missing.add(
              "%s: %s%s".formatted(ROOT.relativize(page), last, test == null ? "" : "." + test));
        }
      }
    }
    assertThat(named).isGreaterThan(100);
    assertThat(missing).isEmpty();
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }
}
