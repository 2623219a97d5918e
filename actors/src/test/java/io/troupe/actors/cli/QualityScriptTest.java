package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  @ParameterizedTest
  @CsvSource({"few, true, true, false", "few-fast, false, true, true"})
  void thePlainSystemForFewPicturesIsPlain(
      String name, boolean color, boolean translation, boolean cutout) throws Exception {
    RunSettings plain = settings("--dry-run", name);
    assertThat(plain.training().diffAugment())
        .isEqualTo(new TrainingSettings.DiffAugment(false, false, false));
    assertThat(plain.training().ada().isWanted()).isFalse();
    assertThat(settings("--dry-run", name + "-diffaugment").training().diffAugment())
        .isEqualTo(new TrainingSettings.DiffAugment(color, translation, cutout));
  }

  /** Ended while it was scored, it had no score of its last time for good. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1801, 6000, 5990  |",
        "1801, 6000, 5100  |",
        "1801, 6000, 4000  | start, pause, evaluate, sample, .: 30.0 minutes, stop",
        "1801, 6000, None  | start, pause, evaluate, sample, .: 30.0 minutes, stop",
        "1300, 4000, 2000  | start, pause, evaluate, sample, .: 21.7 minutes, resume, pause, evaluate, sample, .: 30.2 minutes, stop",
        "1300, 4000, 3700  | start, pause, evaluate, sample, .: 30.2 minutes, stop",
        "300, 1000, None   | start, pause, evaluate, sample, .: 10.0 minutes, resume, pause, evaluate, sample, .: 20.0 minutes, resume, pause, evaluate, sample, .: 30.0 minutes, stop",
      })
  void aScoreThatARunLacksIsMade(String run, String done) throws Exception {
    assertThat(trained(run, "{'state': 'running', 'elapsed_seconds': 30 * asked}"))
        .isEqualTo(done == null ? "" : done);
  }

  /** Also where the last interval is shorter than the others, or the only one. */
  @ParameterizedTest
  @CsvSource({
    "30, 20, 6000, 4000, True",
    "30, 20, 6000, 5990, False",
    "12, 5, 2400, 2000, True",
    "12, 5, 2400, 2390, False",
    "2, 5, 400, None, True",
    "30, 10, 0, 0, True"
  })
  void aScoreIsOwedForWholeTimesAndTheEnd(
      int minutes, int every, int step, String scored, String owed) throws Exception {
    String score = scored.equals("None") ? scored : "{'newest': {'step': %s}}".formatted(scored);
    String run =
        "{'elapsed_seconds': %d, 'step': %d, 'score': %s}".formatted(minutes * 60, step, score);
    assertThat(
            python(
                "print(quality.lacks_score(%s, %d, %d))".formatted(run, minutes * 60, every * 60)))
        .isEqualTo(owed);
  }

  @Test
  void aRunThatFailsIsLeftAndSaidWhy() throws Exception {
    String run = "700, 2000, 1800";
    assertThat(trained(run, "{'state': 'failed', 'elapsed_seconds': 30 * asked, 'failure': 'NaN'}"))
        .isEqualTo("start, .: ended after 12.2 minutes: NaN, stop");
    assertThat(trained(run, "None"))
        .isEqualTo("start, .: ended after 11.7 minutes: its daemon does not answer, stop");
    assertThat(
            trained(
                run, "{'state': 'running', 'elapsed_seconds': 30 * asked} if asked % 3 else None"))
        .endsWith(".: 30.2 minutes, stop");
  }

  /** Else its daemon would have the cores for good. */
  @Test
  void aScriptThatIsEndedStopsItsDaemon(@TempDir Path folder) throws Exception {
    Process process =
        begun(
            """
            quality.run_before = lambda folder: {"elapsed_seconds": 0, "step": 0, "score": None}
            quality.troupe = lambda *words: print(words[0], flush=True)
            sleep = quality.time.sleep
            quality.time = types.SimpleNamespace(sleep=lambda wait: print("wait", flush=True) or sleep(wait))
            quality.subprocess = types.SimpleNamespace(run=lambda words, check: print(words[1]))
            sys.argv = ["quality", "--data", "cifar.tar.gz", "--out", "%s", "demo=demo"]
            quality.main()
            """
                .formatted(folder));
    BufferedReader said = process.inputReader();
    assertThat(said.readLine()).isEqualTo("start");
    assertThat(said.readLine()).isEqualTo("wait");
    // Not the process's own, which closes what is read from it.
    process.toHandle().destroy();
    assertThat(said.readLine()).isEqualTo("stop");
    assertThat(process.waitFor()).isEqualTo(128 + 15);
  }

  /**
   * The commands for a run that is to have half an hour and a score every ten minutes, and what is
   * said. Nothing is begun or waited for.
   *
   * @param run its seconds in training, its step, that of its newest score
   * @param status of its daemon when it has been asked so often
   */
  private static String trained(String run, String status) throws Exception {
    return python(
        """
        said = []
        asked = 0
        seconds, step, scored = %s
        def status(folder):
            global asked
            asked += 1
            return %s
        quality.run_before = lambda folder: {
            "elapsed_seconds": seconds, "step": step, "score": scored and {"newest": {"step": scored}}}
        quality.status_of_daemon = status
        quality.settings = lambda arguments, name: ["start"]
        quality.troupe = lambda *words: said.append(words[0])
        quality.subprocess = types.SimpleNamespace(run=lambda words, check: said.append(words[1]))
        quality.time = types.SimpleNamespace(sleep=lambda wait: None)
        quality.print = lambda text, flush: said.append(text)
        quality.train(types.SimpleNamespace(minutes=30, every=10, out=""), ".")
        print(", ".join(said))
        """
            .formatted(run, status));
  }

  /** What a program prints that knows the script as a module. */
  private static String python(String program) throws Exception {
    return new String(begun(program).getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .strip();
  }

  /** The process of a program that knows the script as a module. */
  private static Process begun(String program) throws Exception {
    String module =
        """
        import importlib.machinery, importlib.util, sys, types
        sys.dont_write_bytecode = True
        loader = importlib.machinery.SourceFileLoader("quality", sys.argv[1])
        quality = importlib.util.module_from_spec(importlib.util.spec_from_loader("quality", loader))
        loader.exec_module(quality)
        """;
    return new ProcessBuilder(PYTHON.toString(), "-c", module + program, SCRIPT.toString())
        .redirectErrorStream(true)
        .start();
  }
}
