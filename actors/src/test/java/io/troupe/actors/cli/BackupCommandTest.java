package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are trained, backed up and restored by the commands. */
@Tag("process")
class BackupCommandTest {
  private static final List<String> TINY =
      List.of(
          "network.latent-size=8",
          "network.generator-channels=4",
          "network.discriminator-channels=4",
          "training.batch=2",
          "checkpoints.every=2",
          "sampling.every=0",
          "evaluation.every=0",
          "control.port=0");

  @TempDir private Path folder;

  private static String succeed(Object... arguments) {
    Cli result = Cli.run(arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private static void train(Path root, int steps) {
    List<Object> words = new ArrayList<>(List.of("train", "--quiet", "--run-dir", root));
    if (!Files.exists(root)) {
      words.addAll(List.of("--preset", "demo"));
      TINY.forEach(setting -> words.addAll(List.of("--set", setting)));
    }
    words.addAll(List.of("--set", "training.steps=" + steps));
    succeed(words.toArray());
  }

  private static String sha256(Path root, int step) throws Exception {
    Path file = root.resolve("checkpoints").resolve("step-%09d.ckpt".formatted(step));
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
      return checkpoint.sha256();
    }
  }

  @Test
  void aRestoredRunGoesOnToTheBit() throws Exception {
    Path run = folder.resolve("run");
    Path archive = folder.resolve("backups").resolve("run.zip");
    train(run, 3);

    assertThat(succeed("backup", run, "--out", archive)).contains("up to step 3", "" + archive);
    train(run, 5);
    Path again = folder.resolve("again");
    assertThat(succeed("restore", archive, "--run-dir", again))
        .contains("up to step 3", "troupe start --run-dir " + again);
    train(again, 5);

    assertThat(sha256(again, 5)).isEqualTo(sha256(run, 5));
    JsonNode report = new ObjectMapper().readTree(succeed("inspect", again, "--deep", "--json"));
    assertThat(report.get("sound").asBoolean()).isTrue();
    Path damaged = again.resolve("checkpoints").resolve("step-000000005.ckpt");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    Cli found = Cli.run("inspect", again, "--deep");
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out()).contains("with problems:", damaged.toString());
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws Exception {
    assertFailed(Cli.run("restore", folder.resolve("gone.zip")), "there is no file", "gone.zip");
    assertFailed(Cli.run("restore", folder), folder + " is a folder", "troupe backup");
    Path text = Files.writeString(folder.resolve("text.zip"), "no archive");
    assertFailed(Cli.run("restore", text), "no whole ZIP archive");
    assertFailed(Cli.run("inspect", folder, "--deep"), folder.toString(), "no run directory");
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("config.conf"), "seed = 1");
    assertFailed(Cli.run("backup", run, "--out", run.resolve("a.zip")), "in the run's own folder");
    assertFailed(Cli.run("backup", run, "--out", folder.resolve("a.zip")), "no good checkpoint");
    assertFailed(Cli.run("backup", run, "--out", text), "--force");
    assertThat(folder.resolve("a.zip")).doesNotExist();
  }

  private static void assertFailed(Cli result, String... words) {
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("troupe: ").contains(words).doesNotContain("\tat ");
  }
}
