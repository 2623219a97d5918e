package io.troupe.extending;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/extending.md are the classes that {@link ExtendingTest} adds. */
class ExamplesTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern NAME = Pattern.compile("public (?:final class|record) (\\w+)");

  @Test
  void eachLineIsOneOfItsClassInThatOrder() throws IOException {
    Path sources = Path.of("src/test/java", getClass().getPackageName().replace('.', '/'));
    List<String> names = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/extending.md")));
    while (example.find()) {
      Matcher name = NAME.matcher(example.group(1));
      assertThat(name.find()).as(example.group(1)).isTrue();
      names.add(name.group(1));
      Deque<String> source =
          new ArrayDeque<>(Files.readAllLines(sources.resolve(name.group(1) + ".java")));
      example
          .group(1)
          .lines()
          // A comment stands for what is left out.
          .filter(line -> !line.isBlank() && !line.strip().startsWith("// "))
          .forEach(
              line -> {
                while (!source.isEmpty() && !source.getFirst().equals(line)) {
                  source.removeFirst();
                }
                assertThat(source.poll()).as("%s: \"%s\"", name.group(1), line).isNotNull();
              });
    }
    assertThat(names)
        .containsExactly(
            "MeanDistance",
            "Stripes",
            "LinearNetworks",
            "LeastSquaresLoss",
            "FakeGradientPenalty",
            "CountingEngine",
            "BestScores");
  }
}
