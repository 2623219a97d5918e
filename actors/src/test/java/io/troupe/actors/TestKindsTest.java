package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every class of tests, in all modules, is of one kind: that of its tag, or a unit test if it has
 * none. {@code scripts/test --fast} runs those without a tag.
 */
class TestKindsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> TAGGED_KINDS =
      Set.of("gradient", "parity", "protocol", "process", "browser");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"?([^\")]*)\"?\\)");
  private static final Pattern TESTS =
      Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");

  /** A daemon in this process, or one of its own. */
  private static final Pattern PROCESS =
      Pattern.compile("TrainingRun\\.start\\(|info\\(\\)\\.command\\(");

  private static final Pattern ACTORS = Pattern.compile("ActorTestKit\\.create\\(");

  /** By the class's file, relative to the root. */
  private static Map<Path, String> classes() throws IOException {
    Map<Path, String> classes = new TreeMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path tests :
          modules.map(m -> m.resolve("src/test/java")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(tests)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
            String source = Files.readString(file);
            if (TESTS.matcher(source).find()) {
              classes.put(ROOT.relativize(file), source);
            }
          }
        }
      }
    }
    return classes;
  }

  private static Set<String> tags(String source) {
    return TAG.matcher(source).results().map(tag -> tag.group(1)).collect(Collectors.toSet());
  }

  @Test
  void noClassHasTwoKindsOrOneThatThereIsNot() throws IOException {
    Map<Path, String> classes = classes();
    Set<String> used = new TreeSet<>();
    classes.forEach(
        (file, source) -> {
          Set<String> kinds = new TreeSet<>(tags(source));
          kinds.remove("nightly");
          assertThat(TAGGED_KINDS).as(file.toString()).containsAll(kinds);
          assertThat(kinds).as(file.toString()).hasSizeLessThan(2);
          used.addAll(kinds);
        });
    assertThat(used).isEqualTo(TAGGED_KINDS);
    assertThat(classes.keySet().stream().map(file -> file.getName(0).toString()).distinct())
        .contains("config", "data", "models", "metrics", "actors", "bench");
  }

  @Test
  void whatStartsOthersIsNoUnitTest() throws IOException {
    classes()
        .forEach(
            (file, source) -> {
              Set<String> tags = tags(source);
              if (file.getParent().endsWith("browser")) {
                assertThat(tags).as(file.toString()).contains("browser");
              } else if (PROCESS.matcher(source).find()) {
                assertThat(tags).as(file.toString()).contains("process");
              } else if (ACTORS.matcher(source).find()) {
                assertThat(tags).as(file.toString()).containsAnyOf("protocol", "process");
              }
            });
  }

  @Test
  void theKindsAreDocumented() throws IOException {
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    Set<String> documented =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
            .matcher(page)
            .results()
            .map((MatchResult row) -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(new TreeSet<>(TAGGED_KINDS));
  }
}
