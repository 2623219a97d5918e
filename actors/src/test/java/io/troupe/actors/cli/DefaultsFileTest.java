package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * defaults.conf is also the manual of the settings: it must be complete and true, of what every
 * module allows.
 */
final class DefaultsFileTest {
  @TempDir Path folder;

  @Test
  void holdsEveryComponentOfTheRecordsAndNothingElse() {
    TreeSet<String> expected = new TreeSet<>(keys("", RunSettings.class).toList());
    expected.remove("preset");

    assertThat(comments().keySet()).isEqualTo(expected);
  }

  @Test
  void everyKeyHasACommentThatSaysMoreThanWhatIsAllowed() {
    assertThat(comments())
        .allSatisfy((key, comment) -> assertThat(comment).as(key).matches("\\S.{9,}? Allowed: .+"));
  }

  @Test
  void commentsSayWhatTheLoaderAllows() throws IOException {
    Map<String, String> comments = comments();
    Path file = folder.resolve("lists.conf");
    Files.write(file, comments.keySet().stream().map(key -> key + " = []").toList());

    List<String> problems =
        catchThrowableOfType(
                SettingsException.class,
                () -> SettingsLoader.load("demo", List.of(file), List.of()))
            .problems();

    Map<String, String> allowed =
        problems.stream()
            .map(problem -> problem.replaceFirst("^.*:\\d+: ", ""))
            .collect(
                Collectors.toMap(
                    problem -> problem.replaceFirst(" is .*", ""),
                    problem -> problem.replaceFirst(".*; allowed: ", "Allowed: ")));
    assertThat(allowed.keySet()).isEqualTo(comments.keySet());
    assertThat(allowed)
        .allSatisfy((key, text) -> assertThat(comments.get(key)).as(key).endsWith(text + "."));
  }

  private static Stream<String> keys(String section, Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .flatMap(
            component ->
                component.getType().isRecord()
                    ? keys(section + kebab(component) + ".", component.getType())
                    : Stream.of(section + kebab(component)));
  }

  private static String kebab(RecordComponent component) {
    StringBuilder name = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      name.append(Character.isUpperCase(c) ? "-" + Character.toLowerCase(c) : "" + c);
    }
    return name.toString();
  }

  /** The comment right above each key, as one line. */
  private static Map<String, String> comments() {
    Config defaults =
        ConfigFactory.parseFile(new File("../config/defaults.conf"))
            .resolve(ConfigResolveOptions.noSystem());
    Map<String, String> comments = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : defaults.entrySet()) {
      String comment =
          entry.getValue().origin().comments().stream()
              .map(String::strip)
              .collect(Collectors.joining(" "));
      comments.put(entry.getKey(), comment);
    }
    return comments;
  }
}
