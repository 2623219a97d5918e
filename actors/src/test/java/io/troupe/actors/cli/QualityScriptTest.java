package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The systems of {@code scripts/bench/quality}, which train for hours. */
@Tag("process")
class QualityScriptTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path SCRIPT = Path.of("..", "scripts", "bench", "quality");

  @BeforeAll
  static void needsPython() {
    assumeTrue(Files.isExecutable(PYTHON), "there is no " + PYTHON);
  }

  private static String output(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(PYTHON.toString(), SCRIPT.toString(), "--data", "cifar.tar.gz"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static List<String> names() throws Exception {
    String refusal = output("unknown");
    return List.of(refusal.substring(refusal.indexOf("any of: ") + 8).split(", "));
  }

  private static RunSettings settings(String... system) throws Exception {
    List<String> words = List.of(output(system).split(" "));
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("--set")) {
        changes.add(words.get(i + 1));
      }
    }
    String preset = words.get(words.indexOf("--preset") + 1);
    return SettingsLoader.load(preset, List.of(), changes);
  }

  @Test
  void eachSystemCanBegin() throws Exception {
    assertThat(names()).hasSizeGreaterThan(8);
    for (String name : names()) {
      RunSettings settings = settings("--dry-run", name);
      assertThat(settings.evaluation().metrics()).isEqualTo("fid,prdc");
      boolean ada = name.endsWith("-ada");
      assertThat(settings.training().ada().isWanted())
          .as(name)
          .isEqualTo(ada || name.equals("r3gan"));
    }
    assertThat(settings("--dry-run", "own=demo,training.batch=7").training().batch()).isEqualTo(7);
  }

  /** Else whether it collapses without augmentation would not be seen. */
  @Test
  void thePlainSystemForFewPicturesIsPlain() throws Exception {
    RunSettings plain = settings("--dry-run", "few");
    assertThat(plain.training().diffAugment().color()).isFalse();
    assertThat(plain.training().diffAugment().translation()).isFalse();
    assertThat(plain.training().ada().isWanted()).isFalse();
    assertThat(settings("--dry-run", "few-diffaugment").training().diffAugment().color()).isTrue();
  }
}
