package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What 'train' and 'start' take, and what they refuse before a run begins. */
final class TrainOptionsTest {
  @TempDir Path folder;

  @Test
  void aRunDirectoryThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    for (String command : List.of("train", "start")) {
      for (Path place : List.of(file, file.resolve("run"))) {
        Cli result = Cli.run(command, "--run-dir", place.toString());
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
            .contains("--run-dir " + place, file + " is a file")
            .doesNotContain("Exception");
      }
    }
    assertThat(file).hasContent("precious");
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("thesis.tex"), "precious");
    for (String command : List.of("train", "start")) {
      Cli result = Cli.run(command, "--run-dir", folder.toString(), "--steps", "0");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err())
          .contains("--run-dir " + folder, "holds thesis.tex", "is no run", "name an empty folder");
    }
    assertThat(folder).isDirectoryContaining(file::equals);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }

    // What a disk's own folder and a daemon that could not train leave is nothing else's.
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(empty.resolve("lost+found"));
    for (String left : List.of(".lock", "daemon.log", "daemon.id", "notes.json")) {
      Files.createFile(empty.resolve(left));
    }
    TrainOptions options = new TrainOptions();
    CommandLine.populateCommand(options, "--run-dir", empty.toString());
    assertThat(options.settings().preset()).isEqualTo("demo");
  }

  @Test
  void eachProblemOfSettingsIsALineThatSaysWhose() {
    Cli result = Cli.run(words("train --run-dir %s/new --set training.batch=0 --set seed=x"));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.startsWith("troupe: --set "));
  }

  @Test
  void dataThatIsNotThereIsSaidToBeAway() {
    Cli result = Cli.run(words("train --data %s/nope --run-dir %s/new"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("dataset.path is \"" + folder.resolve("nope") + "\", and there is no such file")
        .doesNotContain("dataset.kind");
  }

  @Test
  void anUnknownPresetIsAnsweredWithTheKnownOnes() {
    assertThat(Cli.run(words("train --preset demoo --run-dir %s/new")).err())
        .contains("demoo", "did you mean demo", "biggan-cifar100");
  }

  @Test
  void anotherPresetOnAnExistingRunIsRefused() throws Exception {
    String settings = SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of()));
    Files.writeString(new RunDirectory(folder).config(), settings);

    Cli result = Cli.run(words("train --preset biggan-cifar100 --run-dir %s"));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("--preset biggan-cifar100", "started from the preset demo");
  }

  @Test
  void anExistingRunKeepsItsOwnSettings() throws Exception {
    String settings =
        SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of("training.batch=16")));
    Files.writeString(new RunDirectory(folder).config(), settings);
    TrainOptions options = new TrainOptions();

    CommandLine.populateCommand(options, words("--run-dir %s --steps 77 --port 0"));

    assertThat(options.settings().training().batch()).isEqualTo(16);
    assertThat(options.settings().training().steps()).isEqualTo(77);
    assertThat(options.settings().control().port()).isZero();
    assertThat(options.settings().preset()).isEqualTo("demo");
  }

  @Test
  void theRunDirectoryIsNamedAfterThePreset() throws Exception {
    TrainOptions options = new TrainOptions();
    CommandLine.populateCommand(options, "--preset", "biggan-cifar100");
    assertThat(options.directory().root()).isEqualTo(Path.of("runs/biggan-cifar100"));

    TrainOptions plain = new TrainOptions();
    CommandLine.populateCommand(plain);
    assertThat(plain.directory().root()).isEqualTo(Path.of("runs/demo"));
  }

  @Test
  void dataTellsItsKind() throws Exception {
    Files.createFile(Files.createDirectories(folder.resolve("faces")).resolve("1.png"));
    TrainOptions options = new TrainOptions();

    CommandLine.populateCommand(options, words("--data %s/faces --run-dir %s/new"));

    assertThat(options.settings().dataset().kind()).isEqualTo("image-folder");
  }

  @Test
  void dataOfNoClearKindIsRefused() throws Exception {
    Files.createFile(folder.resolve("nothing"));
    Cli result = Cli.run(words("train --data %s/nothing --run-dir %s/new"));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("nothing", "not clear", "set dataset.kind too");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aRunThatIsRefusedLeavesNoFolder() throws Exception {
    Files.createFile(Files.createDirectories(folder.resolve("years/2025/may")).resolve("1.png"));
    Cli result = Cli.run(words("train --data %s/years --run-dir %s/new --port 0"));

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("none of its 1 pictures can be used", "Replace them or remove them");
    assertThat(folder.resolve("new")).doesNotExist();

    Files.createDirectory(folder.resolve("old"));
    assertThat(Cli.run(words("train --data %s/years --run-dir %s/old --port 0")).code())
        .isEqualTo(1);
    assertThat(folder.resolve("old")).isDirectory();
  }

  @Test
  void dataIsTakenAsAnAbsolutePath() throws Exception {
    TrainOptions options = new TrainOptions();
    CommandLine.populateCommand(
        options, words("--preset biggan-cifar100 --data some/cifar.tar.gz --run-dir %s/new"));

    assertThat(options.settings().dataset().path())
        .contains(Path.of("some/cifar.tar.gz").toAbsolutePath());
  }

  private String[] words(String line) {
    return line.replace("%s", folder.toString()).split(" ");
  }
}
