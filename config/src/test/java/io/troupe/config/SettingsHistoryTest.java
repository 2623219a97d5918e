package io.troupe.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.SettingsHistory.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsHistoryTest {
  private static final String CLIP = "training.clip-norm";
  private static final String WEIGHT = "training.gradient-penalty.weight";

  @TempDir Path folder;

  private static RunSettings settings(String... overrides) {
    return SettingsLoader.load("demo", List.of(), List.of(overrides));
  }

  private static SettingsHistory empty(String... overrides) {
    return new SettingsHistory(settings(overrides), List.of());
  }

  /** Against a table that holds every key's value in every step. */
  @Test
  void theSettingsOfEveryStepAreFoundByUndoing() {
    Random random = new Random(5);
    List<String> keys = List.of(CLIP, WEIGHT, "ema.decay", "training.generator.beta1");
    int steps = 30;
    List<TreeMap<String, Integer>> table = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      TreeMap<String, Integer> row = new TreeMap<>();
      keys.forEach(key -> row.put(key, 0));
      table.add(row);
    }
    SettingsHistory history = empty(overrides(table.get(0)));
    for (int i = 0; i < 40; i++) {
      // Any order of steps: a run that went back changes before what was changed later.
      int from = 1 + random.nextInt(steps);
      String key = keys.get(random.nextInt(keys.size()));
      int value = random.nextInt(5);
      for (int step = from; step <= steps; step++) {
        table.get(step).put(key, value);
      }
      TreeMap<String, Integer> last = new TreeMap<>(table.get(steps));
      history = history.changed(from, List.of(key), settings(overrides(last)));
    }
    assertThat(history.changes().size()).isBetween(5, 40);
    for (int step = 0; step <= steps; step++) {
      assertThat(history.at(step))
          .as("step %d", step)
          .isEqualTo(settings(overrides(table.get(step))));
      assertThat(history.until(step).newest()).isEqualTo(history.at(step));
    }
  }

  private static String[] overrides(Map<String, Integer> row) {
    return row.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue() / 8.0)
        .toArray(String[]::new);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    SettingsHistory history =
        empty("control.token=secret", "control.host=\"0.0.0.0\"")
            .changed(7, List.of(CLIP), settings(CLIP + "=2"))
            .changed(
                9,
                List.of("ema.states", "dataset.path"),
                settings(
                    CLIP + "=2",
                    "ema.states=copied",
                    "dataset.kind=image-folder",
                    "dataset.path=\"/a \\\"b\\\" # {c}\""));
    assertThat(history.changes()).hasSize(3);
    Path file = write(SettingsLoader.render(history));
    SettingsHistory read = SettingsLoader.loadHistory(file);
    assertThat(read.changes()).isEqualTo(history.changes());
    assertThat(read.newest()).isEqualTo(history.newest());
    assertThat(SettingsLoader.loadRun(file, List.of(), List.of())).isEqualTo(history.newest());
    assertThat(Files.readString(file)).doesNotContain("secret");
  }

  @Test
  void anEmptyListIsNoMissingOne() throws IOException {
    Path file = write(SettingsLoader.render(empty()));
    assertThat(SettingsLoader.recordedChanges(file)).hasValue(List.of());
    write(SettingsLoader.render(settings()));
    assertThat(SettingsLoader.recordedChanges(file)).isEmpty();
    assertThat(SettingsLoader.loadHistory(file)).isEqualTo(empty());
  }

  /** The token is in no file, and stays when changes are undone. */
  @Test
  void undoingKeepsTheToken() {
    RunSettings now = settings("control.token=secret", CLIP + "=2");
    SettingsHistory history = new SettingsHistory(now, List.of(new Change(5, CLIP, "0.0", "2.0")));
    assertThat(history.at(4)).isEqualTo(settings("control.token=secret"));
    assertThat(history.at(5)).isEqualTo(now);
  }

  @Test
  void laterChangesOfTheSameKeyAreForgotten() {
    SettingsHistory history =
        empty()
            .changed(5, List.of(CLIP), settings(CLIP + "=1"))
            .changed(9, List.of(CLIP, WEIGHT), settings(CLIP + "=2", WEIGHT + "=3"));
    SettingsHistory back = history.changed(7, List.of(CLIP), settings(WEIGHT + "=3"));
    assertThat(back.changes())
        .containsExactly(
            new Change(5, CLIP, "0.0", "1.0"),
            new Change(7, CLIP, "1.0", "0.0"),
            new Change(9, WEIGHT, "0.0", "3.0"));
    // As it was before: no change is left of it.
    assertThat(history.changed(5, List.of(CLIP), settings(WEIGHT + "=3")).changes())
        .containsExactly(new Change(9, WEIGHT, "0.0", "3.0"));
  }

  /** Each change alone would do. */
  @Test
  void aStepWhoseSettingsContradictOneAnotherIsRefused() {
    SettingsHistory history =
        empty("training.same-fakes=false")
            .changed(9, List.of("training.first"), settings("training.first=generator"));
    assertThatThrownBy(
            () ->
                history.changed(
                    7, List.of("training.same-fakes"), settings("training.same-fakes=true")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll("training.same-fakes is true", "training.first is generator");
  }

  @Test
  void aListThatIsDamagedIsRefusedByLine() throws IOException {
    String good = SettingsLoader.render(empty().changed(5, List.of(CLIP), settings(CLIP + "=1")));
    refused(good.replace("from-step = 5", "from-step = 0"), "from-step is not a whole number");
    refused(good.replace("from-step = 5", "from-step = \"5\""), "from-step is not a whole number");
    refused(good.replace("from-step = 5, ", ""), "this is no recorded change");
    refused(good.replace("key = \"" + CLIP, "key = \"training"), "no key of a setting");
    refused(good.replaceFirst("changes = \\[", "changes = [ 3,"), "this is no recorded change");
    refused(good.replaceFirst("(?s)changes = .*", "changes = 3"), "changes is not a list");
    refused(good.replaceFirst("(?s)from = .*", ""), "not valid HOCON");
    String line = good.lines().filter(text -> text.contains("from-step =")).findFirst().get();
    refused(
        good.replace(line, line + "\n" + line.replace("= 5", "= 4")), "stands after a later step");
    write(good.lines().skip(1).collect(joining("\n")).replace("to = \"1.0\"", "to = \"many\""));
    assertThatThrownBy(() -> SettingsLoader.loadHistory(folder.resolve("config.conf")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(CLIP + " is \"many\"");
  }

  /** Another digit of a learning rate would be another run, without a word. */
  @Test
  void aFileThatIsNotAsItWasWrittenIsRefused() throws IOException {
    byte[] good = SettingsLoader.render(empty()).getBytes(UTF_8);
    int lines = new String(good, UTF_8).indexOf('\n') + 1;
    Path file = folder.resolve("config.conf");
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = good.clone();
      damaged[lines + random.nextInt(good.length - lines)] ^= (byte) (1 << random.nextInt(8));
      boolean torn = i % 4 == 0;
      Files.write(
          file, torn ? Arrays.copyOf(good, lines + random.nextInt(good.length - lines)) : damaged);
      assertThatThrownBy(() -> SettingsLoader.loadRun(file, List.of(), List.of()))
          .isInstanceOf(SettingsException.class)
          .hasMessageContainingAll(file.toString(), "is damaged", "remove that line");
    }
    Files.write(file, Arrays.copyOfRange(good, lines, good.length));
    assertThat(SettingsLoader.loadHistory(file)).isEqualTo(empty());
  }

  private void refused(String content, String reason) throws IOException {
    Path file = write(content);
    assertThatThrownBy(() -> SettingsLoader.recordedChanges(file))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(file + ":", reason);
  }

  @Test
  void onlyARunsOwnFileHasChanges() throws IOException {
    Path file = write("changes = []");
    assertThatThrownBy(() -> SettingsLoader.load("demo", List.of(file), List.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("only the config.conf of a run records changes");
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("config.conf"), content);
  }
}
