package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.config.SettingsLoader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class MainTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --preset nope --run-dir %s/new",
        "start --preset nope --run-dir %s/new",
        "train --run-dir %s/new --set trainin.steps=1",
        "train --run-dir %s/new --steps 0",
        "train --run-dir %s/new --steps many",
        "train --run-dir %s/new --config %s/missing.conf",
        "train --port 70000 --run-dir %s/new",
        "train --port -1 --run-dir %s/new",
        "studio %s --port -1",
        "start --new --run-dir %s/new",
        "nothing",
        "status --nope",
        "stop --timeout soon",
        "data",
        "fetch",
        "fetch nothing --dir %s/new",
        "fetch cifar100 nothing --dir %s/new",
        "inspect",
        "restore",
        "inspect %s --deep --preset demo",
        "inspect %s --config %s/config.conf --preset demo",
        "export",
        "export %s --format tar --out %s/new",
        "export %s --network both --out %s/new",
        "export %s --ema --raw --out %s/new",
        "export %s --ema --network discriminator --out %s/new",
        ""
      })
  void badUsageExitsWith2AndOneMessage(String line) {
    Cli result = Cli.run(line.isEmpty() ? new String[0] : words(line));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("troupe: ").doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "pause", "resume", "evaluate", "checkpoint"})
  void withoutADaemonTheCommandFailsAndSaysSo(String command) {
    Cli result = Cli.run(command, "--run-dir", folder.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("troupe: no daemon is running on %s%n".formatted(folder));
  }

  @Test
  void severalDaemonsAreListed() throws Exception {
    List<AutoCloseable> locks = new ArrayList<>();
    Path runs = Files.createDirectory(folder.resolve("runs"));
    try {
      for (String name : List.of("b", "a")) {
        RunDirectory run = new RunDirectory(Files.createDirectory(runs.resolve(name)));
        locks.add(RunLock.tryLock(run).orElseThrow());
        Files.writeString(run.url(), "http://127.0.0.1:1" + name + "\n");
        Files.writeString(run.id(), name);
      }
      Files.createDirectory(runs.resolve("c"));

      assertThatThrownBy(() -> new RunFinder(List.of(runs)).living())
          .satisfies(
              error ->
                  assertThat(error.getMessage().lines())
                      .satisfiesExactly(
                          line -> assertThat(line).contains("choose one with --run-dir"),
                          line -> assertThat(line).contains("runs/a", "127.0.0.1:1a", "process"),
                          line -> assertThat(line).contains("runs/b", "127.0.0.1:1b", "process")));
    } finally {
      for (AutoCloseable lock : locks) {
        lock.close();
      }
    }
  }

  @Test
  void theSecondOfTwoEqualCommandsIsToldHowToNameAnotherRun() throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs/demo"));
    Files.createDirectory(folder.resolve("runs/demo-2"));
    RunDirectory run = new RunDirectory(runs);
    try (RunLock lock = RunLock.tryLock(run).orElseThrow()) {
      assertThat(StartCommand.held(run))
          .contains("runs/demo has a living daemon", "--run-dir " + runs + "-3");
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void equalCommandsWithNewHaveFoldersOfTheirOwn() {
    Path root = folder.resolve("runs/demo");

    List<Path> made = Stream.generate(() -> root).limit(20).parallel().map(MainTest::make).toList();

    assertThat(made).doesNotHaveDuplicates().allMatch(Files::isDirectory).contains(root);
    assertThat(make(root)).isEqualTo(folder.resolve("runs/demo-21"));
  }

  private static Path make(Path root) {
    try {
      return TrainOptions.make(root);
    } catch (CliException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theDaemonIsQuietOnceAndKnowsItsFolder() {
    RunDirectory run = new RunDirectory(Path.of("runs/demo-2"));

    assertThat(StartCommand.train(List.of("--quiet", "--new", "--steps", "5"), run))
        .containsExactly("train", "--quiet", "--run-dir", "runs/demo-2", "--steps", "5");
  }

  @Test
  void aRunDirectoryThatIsNotThereIsNamed() {
    Cli result = Cli.run("status", "--run-dir", folder.resolve("gone").toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("there is no run directory", "gone");
  }

  @Test
  void withoutTheLauncherThereIsNoStart() {
    Cli result = Cli.run(words("start --run-dir %s/new"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("scripts/troupe");
  }

  @Test
  void presetsAreListedForPeopleAndPrograms() throws Exception {
    assertThat(Cli.run("presets").out()).contains("demo ", "biggan-cifar100 ");

    Cli result = Cli.run("presets", "--json");

    JsonNode list = new ObjectMapper().readTree(result.out());
    assertThat(result.code()).isZero();
    assertThat(list).hasSize(SettingsLoader.presets().size());
    assertThat(list.get(0).get("name").asText()).isEqualTo("demo");
    assertThat(list.get(0).get("description").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "start",
        "stop",
        "status",
        "pause",
        "resume",
        "evaluate",
        "checkpoint",
        "sample",
        "fetch",
        "data",
        "inspect",
        "export",
        "backup",
        "restore",
        "presets"
      })
  void everyCommandHasHelp(String command) {
    Cli result = Cli.run(command, "--help");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Usage: troupe " + command, "Exit codes:");
    assertThat(Cli.run("--help").out()).contains("  " + command);
  }

  @Test
  void theVersionIsShown() {
    assertThat(Cli.run("--version").out()).startsWith("troupe ");
  }

  @Test
  void digitsDoNotDependOnTheMachinesLocale() {
    Locale usual = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR"));
      assertThat("%d".formatted(12)).isNotEqualTo("12");
      assertThat(
              Main.execute(
                  Main.commandLine().setOut(new PrintWriter(Writer.nullWriter())), "presets"))
          .isZero();
      assertThat("%d".formatted(12)).isEqualTo("12");
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Command(name = "ends")
  static final class Ends implements Runnable {
    private final Error error;

    Ends(Error error) {
      this.error = error;
    }

    @Override
    public void run() {
      throw error;
    }
  }

  private static String endingBy(Error error) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new Ends(error)).setErr(new PrintWriter(err));
    assertThat(Main.execute(command)).isEqualTo(1);
    return err.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train --steps many", "start --port many", "sample %s --count many"})
  void whatIsNoNumberIsSaidWithoutJava(String line) {
    assertThat(Cli.run(words(line)).err()).contains("'many' is not a whole number");
  }

  @Test
  void studioOfNoFolderIsRefused() {
    Cli result = Cli.run(words("studio %s/nope --port 0"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("there is no folder " + folder.resolve("nope"));
  }

  @Test
  void errorsAreMessagesToo() {
    assertThat(endingBy(new OutOfMemoryError("Java heap space")))
        .startsWith("troupe: out of memory (Java heap space), of which there are ")
        .contains("TROUPE_JAVA_OPTS=-Xmx");
    assertThat(endingBy(new OutOfMemoryError("7 bytes outside the heap cannot be had")))
        .startsWith("troupe: out of memory (7 bytes outside the heap cannot be had)")
        .contains("training.micro-batch")
        .doesNotContain("-Xmx");
    assertThat(endingBy(new OutOfMemoryError("Cannot allocate new FloatPointer(7)")))
        .contains("training.micro-batch")
        .doesNotContain("-Xmx");
    assertThat(endingBy(new StackOverflowError()))
        .isEqualTo("troupe: internal error: java.lang.StackOverflowError\n");
  }

  private String[] words(String line) {
    return line.replace("%s", folder.toString()).split(" ");
  }
}
