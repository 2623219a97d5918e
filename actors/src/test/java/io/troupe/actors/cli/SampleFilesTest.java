package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.control.AnsweringDaemon;
import io.troupe.actors.run.RunDirectory;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where 'sample' takes its network from and writes pictures to, and what it refuses. */
class SampleFilesTest extends SampleRuns {
  private static void assertFailed(Cli result, int code, String... words) {
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("troupe: ")
        .contains(words)
        .doesNotContain("internal error");
    assertThat(result.code()).isEqualTo(code);
  }

  @Test
  void aDirectoryOfPicturesIsReplacedByForceOnly() throws Exception {
    Path out = Files.createDirectory(folder.resolve("out"));
    assertThat(sample(out, "--count 3").code()).isZero();
    assertFailed(sample(out, "--count 2"), 1, out.toString(), "--force");
    assertThat(names(out)).hasSize(3);

    assertThat(sample(out, "--count 2 --force").code()).isZero();

    assertThat(names(out)).containsExactly("000000.png", "000001.png");
    assertThat(names(folder)).containsExactlyInAnyOrder("run", "out");
  }

  @Test
  void otherFilesAreNeverLost() throws Exception {
    Path precious = Files.writeString(folder.resolve("precious.txt"), "precious");
    assertFailed(sample(folder, "--count 1 --force"), 1, "no numbered picture");
    assertFailed(sample(precious, "--count 1 --force"), 1, "is a file");
    assertFailed(sample(precious, "--count 1 --grid"), 1, "--force");
    assertFailed(sample(folder, "--count 1 --grid"), 1, "is a folder");
    assertThat(precious).hasContent("precious");
    assertThat(sample(precious, "--count 1 --grid --force").code()).isZero();
    assertThat(ImageIO.read(precious.toFile()).getWidth()).isEqualTo(36);
    Path checkpoint = new RunDirectory(root).checkpoints().resolve("step-000000012.ckpt");
    assertFailed(sample(checkpoint, "--grid --force"), 1, "the checkpoint itself");
  }

  @Test
  void anUnknownClassIsAnsweredWithTheKnownOnes() throws Exception {
    Path out = folder.resolve("out");
    assertFailed(sample(out, "--class 20"), 1, "no class 20", "0 warm disc", "19 cool");
    assertFailed(sample(out, "--class dog"), 1, "no class dog", "0 warm disc");
    assertThat(out).doesNotExist();
  }

  @Test
  void latentsThatDoNotFitAreRefused() throws Exception {
    Path out = folder.resolve("out");
    NpyArray z = NpyArray.of(drawn(0, 2), 2, LATENT);
    NpyArray y = NpyArray.of(new int[] {0, 19}, 2);
    assertFailed(sample(out, "--latents", folder.resolve("gone.npz")), 1, "gone.npz");
    assertFailed(
        sample(out, "--latents", latents(NpyArray.of(new float[14], 2, 7), y)),
        1,
        "[2, 7]",
        "[n, 8]");
    assertFailed(
        sample(out, "--latents", latents(NpyArray.of(new float[0], 0, LATENT), y)), 1, "[0, 8]");
    assertFailed(
        sample(out, "--latents", latents(NpyArray.of(new double[16], 2, LATENT), y)),
        1,
        "array z",
        "FLOAT64");
    assertFailed(
        sample(out, "--latents", latents(z, NpyArray.of(new float[2], 2))),
        1,
        "array y",
        "integers");
    assertFailed(
        sample(out, "--latents", latents(z, NpyArray.of(new int[] {0, 20}, 2))),
        1,
        "y[1] is 20",
        "0 to 19");
    assertFailed(
        sample(out, "--latents", latents(z, NpyArray.of(new int[3], 3))), 1, "[3]", "[2, 8]");
    float[] infinite = drawn(0, 2);
    infinite[9] = Float.POSITIVE_INFINITY;
    assertFailed(
        sample(out, "--latents", latents(NpyArray.of(infinite, 2, LATENT), y)),
        1,
        "z[1, 1] is Infinity");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--count 0, --count",
    "--count 1000001, --count",
    "--truncation 0, 0.01 to 1",
    "--truncation NaN, 0.01 to 1",
    "--truncation 1.5, 0.01 to 1",
    "--interpolate, --grid",
    "--interpolate --grid --count 12, multiple of 8",
    "--grid --format npz, --format npz",
    "--raw --ema, mutually exclusive",
    "--run-dir elsewhere, --run-dir",
    "--latents x.npz --count 3, leave out --count",
    "--latents x.npz --truncation 0.5, leave out --truncation",
    "--format tar, 'png, npz'",
  })
  void optionsThatMakeNoSenseAreBadUsage(String options, String word) {
    assertFailed(sample(folder.resolve("out"), options), 2, word);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aGridThatIsTooLargeIsRefused() {
    assertFailed(sample(folder.resolve("out"), "--grid --count 4097"), 1, "4097", "4096");
  }

  @Test
  void aRunThatNoDaemonHoldsIsSampledFromItsNewestCheckpoint() throws Exception {
    Path out = folder.resolve("out.npz");
    Cli result =
        Cli.run("sample", "--run-dir", root, "--count", 3, "--raw", "--class", 4, "--out", out);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("generator   of step 12, as it is trained, not averaged")
        .contains("from        " + checkpoint() + System.lineSeparator())
        .contains("pictures    3, class 4, seed 112, not truncated");
    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.read("images").floats()).isEqualTo(npz("--count 3 --raw --class 4").images);
    }
  }

  @Test
  void withoutOptionsAGridIsLaidIntoTheRun() throws Exception {
    Path grid = root.resolve("pictures").resolve("step-000000012-samples.png");
    for (int time = 0; time < 2; time++) {
      Cli result = Cli.run("sample", root, "--json");
      assertThat(result.err()).isEmpty();
      JsonNode json = new ObjectMapper().readTree(result.out());
      assertThat(json.path("run").asText()).isEqualTo(root.toString());
      assertThat(json.path("step").asLong()).isEqualTo(12);
      assertThat(json.path("average").asBoolean()).isTrue();
      assertThat(json.path("checkpoint").asText()).isEqualTo(checkpoint().toString());
      assertThat(json.path("file").asText()).isEqualTo(grid.toString());
    }
    assertThat(sample(folder.resolve("g.png"), "--grid").code()).isZero();
    assertThat(grid).hasSameBinaryContentAs(folder.resolve("g.png"));
  }

  @Test
  void aCheckpointOutsideOfARunHasNoRun() throws Exception {
    Path file = Files.copy(checkpoint(), folder.resolve("alone.ckpt"));
    Path out = folder.resolve("out");
    Cli result =
        Cli.run(
            "sample",
            file,
            "--config",
            new RunDirectory(root).config(),
            "--count",
            1,
            "--out",
            out);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).doesNotContain("run  ").contains("from        " + file);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertFailed(Cli.run("sample", folder.resolve("gone.ckpt")), 1, "gone.ckpt", "there is no");
  }

  /** A living daemon draws a grid that is asked for by itself, and writes no checkpoint for it. */
  @Test
  void aLivingDaemonDrawsTheGridThatIsAskedFor() throws Exception {
    RunDirectory directory = new RunDirectory(root);
    String answer =
        "{\"step\":41,\"message\":\"9 pictures of disc written\",\"file\":\"elsewhere/nine.png\"}";
    try (AnsweringDaemon daemon = new AnsweringDaemon(directory, request -> answer)) {
      Path drawn = Files.createDirectories(directory.pictures()).resolve("nine.png");
      Files.writeString(drawn, "nine");

      Cli kept = Cli.run("sample", root, "--grid", "--count", 9, "--class", "disc", "--seed", 4);
      assertThat(kept.out())
          .contains("of step 41, moving average", "the run's daemon, as it is now")
          .contains("pictures    9 pictures of disc\n", "file        " + drawn);
      Path copy = folder.resolve("copy.png");
      assertThat(sample(copy, "--grid --truncation 0.5").code()).isZero();
      assertThat(copy).hasContent("nine");
      assertFailed(sample(copy, "--grid --truncation 0.5"), 1, "--force");
      assertThat(daemon.heard())
          .containsExactly(
              "POST /api/v1/sample {\"count\":9,\"class\":\"disc\",\"seed\":4}",
              "POST /api/v1/sample {\"count\":64,\"truncation\":0.5}");
    }
  }
}
