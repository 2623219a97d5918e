package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before anything is read or trained; training itself is tested in metrics. */
final class TrainClassifierCommandTest {
  @TempDir private Path folder;

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeTraining() {
    assertThat(failure("--data", "nowhere", "--out", folder.toString()))
        .isEqualTo("troupe: %s is a folder; name a file".formatted(folder));
    Path missing = folder.resolve("missing");
    assertThat(failure("--data", "nowhere", "--out", missing.resolve("weights.npy").toString()))
        .isEqualTo(
            "troupe: %s: the folder %s does not exist; make it"
                .formatted(missing.resolve("weights.npy"), missing));
  }

  @Test
  void wrongEpochsAndMissingDataAreRefused() {
    String out = folder.resolve("weights.npy").toString();
    assertThat(failure("--data", "nowhere", "--out", out, "--epochs", "0"))
        .isEqualTo("troupe: --epochs must be at least 1: 0");
    assertThat(failure("--data", folder.resolve("nowhere").toString(), "--out", out))
        .startsWith("troupe: " + folder.resolve("nowhere"))
        .contains("there is no such file or folder");
    assertThat(folder).isEmptyDirectory();
  }

  private static String failure(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
    String[] line = new String[arguments.length + 1];
    line[0] = "train-classifier";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    assertThat(command.execute(line)).isEqualTo(1);
    return err.toString().strip();
  }
}
