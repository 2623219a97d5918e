package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of other programs in and out, by the commands. */
@Tag("parity")
class ImportCommandTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path FILES =
      REPOSITORY.resolve("models/src/test/resources/io/troupe/models/published");
  private static final Path PROGRAM = REPOSITORY.resolve("scripts/fixtures/published.py");

  @TempDir private Path folder;

  private static String succeed(Object... arguments) {
    Cli result = Cli.run(arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private Path imported(String... files) {
    Path root = folder.resolve("run-of-" + files[0]);
    if (files.length == 1) {
      succeed("import", FILES.resolve(files[0]), "--run-dir", root);
    } else {
      succeed(
          "import",
          FILES.resolve(files[0]),
          "--discriminator",
          FILES.resolve(files[1]),
          "--run-dir",
          root);
    }
    return root;
  }

  @Test
  void aRunIsMadeOfADcgan() throws Exception {
    Path root = folder.resolve("run");
    String said =
        succeed(
            "import",
            FILES.resolve("dcgan.pth"),
            "--discriminator",
            FILES.resolve("dcgan-discriminator.pth"),
            "--run-dir",
            root,
            "--set",
            "seed=5");
    assertThat(said)
        .contains("generator of DCGAN of PyTorch's examples, 32 x 32 pixels, 3 channels")
        .contains("discriminator of DCGAN", "network.latent-size = 6");
    RunSettings settings =
        SettingsLoader.loadRun(new RunDirectory(root).config(), List.of(), List.of());
    assertThat(settings.network().kind()).isEqualTo("dcgan");
    assertThat(settings.network().generatorChannels()).isEqualTo(2);
    assertThat(settings.network().discriminatorChannels()).isEqualTo(3);
    assertThat(settings.seed()).isEqualTo(5);
    assertThat(Files.readString(new RunDirectory(root).events()))
        .contains("\"event\":\"imported\"", "dcgan-discriminator.pth");
    try (StoredCheckpoint checkpoint =
        StoredCheckpoint.newest(new RunDirectory(root).checkpoints(), any -> {})) {
      assertThat(checkpoint.progress().step()).isZero();
    }
    assertThat(succeed("inspect", root)).contains("stage0.weight");
    Path pictures = folder.resolve("pictures");
    succeed("sample", root, "--count", "3", "--out", pictures);
    try (var made = Files.list(pictures)) {
      assertThat(made.filter(file -> file.toString().endsWith(".png"))).hasSize(3);
    }
  }

  @Test
  void aDiscriminatorThatIsNotThereBeginsAnew() throws Exception {
    Path first = imported("biggan.pth");
    assertThat(succeed("inspect", first)).contains("attention.theta.weight");
    Path second = folder.resolve("second");
    String said = succeed("import", FILES.resolve("biggan.pth"), "--run-dir", second);
    assertThat(said).contains("of random values: there is none in the file");
    assertThat(sha256(second)).isEqualTo(sha256(first));
  }

  private static String sha256(Path root) throws Exception {
    try (StoredCheckpoint checkpoint =
        StoredCheckpoint.newest(new RunDirectory(root).checkpoints(), any -> {})) {
      return checkpoint.sha256();
    }
  }

  /** What was imported leaves as it came: the same values again, to the bit. */
  @ParameterizedTest
  @CsvSource({
    "dcgan.pth,dcgan-discriminator.pth",
    "biggan.pth,biggan-discriminator.pth",
    "stylegan2.pkl,",
    "stylegan2-plain.pkl,"
  })
  void exportsAreImportedAgainToTheBit(String generator, String discriminator) throws Exception {
    Path root = discriminator == null ? imported(generator) : imported(generator, discriminator);
    Path made = folder.resolve("g.safetensors");
    Path judging = folder.resolve("d.safetensors");
    succeed("export", root, "--format", "pytorch", "--out", made);
    succeed("export", root, "--network", "discriminator", "--format", "pytorch", "--out", judging);
    Path again = folder.resolve("again");
    Cli result = Cli.run("import", made, "--discriminator", judging, "--run-dir", again);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(sha256(again)).isEqualTo(sha256(root));
  }

  /**
   * PyTorch's load_state_dict takes all tensors and misses none, and the modules compute the same.
   */
  @Test
  void pytorchLoadsExports() throws Exception {
    List<String> networks = new ArrayList<>();
    List<String> command = new ArrayList<>(List.of(python(), PROGRAM.toString(), "check"));
    for (String generator : List.of("dcgan", "biggan", "stylegan2", "stylegan2-plain")) {
      String discriminator = generator + "-discriminator";
      Path root =
          generator.startsWith("stylegan2")
              ? imported(generator + ".pkl")
              : imported(generator + ".pth", discriminator + ".pth");
      for (String network : List.of(generator, discriminator)) {
        Path weights = folder.resolve(network + ".safetensors");
        String which = network.equals(generator) ? "generator" : "discriminator";
        succeed("export", root, "--network", which, "--format", "pytorch", "--out", weights);
        networks.add(network);
        command.addAll(List.of(network, weights.toString(), made(network).toString()));
      }
    }
    // All in one process, which takes seconds to load PyTorch.
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    for (String network : networks) {
      float[] expected = floats(FILES.resolve(network + ".npz"));
      float[] found = floats(made(network));
      assertThat(found).hasSameSizeAs(expected);
      double largest = 0;
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).as(network).isCloseTo(expected[i], within(1e-4f));
        largest = Math.max(largest, Math.abs(found[i] - expected[i]));
      }
      // For reports: cat target/parity/*.
      Files.writeString(
          Files.createDirectories(Path.of("target", "parity")).resolve("pytorch-" + network),
          "load_state_dict of %s: largest difference %.1e%n".formatted(network, largest));
    }
  }

  private Path made(String network) {
    return folder.resolve(network + ".npz");
  }

  private static float[] floats(Path npz) throws Exception {
    try (NpzReader reader = new NpzReader(npz)) {
      return reader.read("made").floats();
    }
  }

  private static String python() throws IOException, InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process process =
            new ProcessBuilder(
                    python,
                    "-c",
                    "import sys, importlib.util as u;"
                        + " sys.exit(not (u.find_spec('torch') and u.find_spec('numpy')))")
                .start();
        if (process.waitFor() == 0) {
          return python;
        }
      } catch (IOException e) {
        // There is none of this name.
      }
    }
    assumeTrue(false, "there is no python3 with PyTorch");
    return "";
  }

  @Test
  void inspectSaysWhatAFileIs() throws Exception {
    String said = succeed("inspect", FILES.resolve("stylegan2.pkl"));
    assertThat(said)
        .contains("format      pickle", "import      yes")
        .contains("G_ema: generator of StyleGAN2-ADA, 16 x 16 pixels, 3 channels, 3 classes")
        .contains("D: discriminator of StyleGAN2-ADA")
        .contains("synthesis.b8.conv0.weight");
    JsonNode json =
        new ObjectMapper().readTree(succeed("inspect", "--json", FILES.resolve("biggan.pth")));
    assertThat(json.path("importable").asBoolean()).isTrue();
    JsonNode network = json.path("networks").path(0);
    assertThat(network.path("program").asText()).isEqualTo("BigGAN-PyTorch");
    assertThat(network.path("classes").asInt()).isEqualTo(3);
    assertThat(network.path("settings").path("network.biggan.hierarchical").asText())
        .isEqualTo("true");
    assertThat(succeed("inspect", FILES.resolve("biggan-discriminator.pth")))
        .contains("import      no: it holds a discriminator only");
  }

  /** Python would run a command; here its name is said, and nothing runs. */
  @ParameterizedTest
  @ValueSource(strings = {"harm.pth", "harm.pkl"})
  void whatWouldRunCodeIsRefused(String name) {
    assertThat(succeed("inspect", FILES.resolve(name)))
        .contains("not called  posix.system", "import      no: ");
    Path root = folder.resolve("run");
    Cli result = Cli.run("import", FILES.resolve(name), "--run-dir", root);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("posix.system", "it was not called");
    assertThat(root).doesNotExist();
    for (String made : List.of("harm-of-a-pth", "harm-of-a-pkl", "harm-of-a-state")) {
      assertThat(Path.of(made)).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"dcgan.pth,3000", "biggan-plain.pth,200", "stylegan2.pkl,2000"})
  void filesThatAreCutAreCalledSo(String name, int length) throws IOException {
    byte[] start = Arrays.copyOf(Files.readAllBytes(FILES.resolve(name)), length);
    Path cut = Files.write(folder.resolve(name), start);
    Cli result = Cli.run("inspect", cut);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("troupe: cannot read " + cut)
        .contains("the file is damaged, or not all of it is here");
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesNothing() throws Exception {
    Path root = folder.resolve("run");
    Cli other =
        Cli.run(
            "import",
            FILES.resolve("dcgan.pth"),
            "--discriminator",
            FILES.resolve("biggan-discriminator.pth"),
            "--run-dir",
            root);
    assertThat(other.err()).contains("do not belong together");
    Cli widths =
        Cli.run(
            "import",
            FILES.resolve("dcgan.pth"),
            "--run-dir",
            root,
            "--set",
            "network.generator-channels=64");
    assertThat(widths.err())
        .contains("network.generator-channels is 64 in the settings", "have 2; leave it out");
    assertThat(
            Cli.run("import", FILES.resolve("biggan-discriminator.pth"), "--run-dir", root).err())
        .contains("holds no generator");
    assertThat(root).doesNotExist();
    Path taken = Files.createDirectory(folder.resolve("taken"));
    assertThat(Cli.run("import", FILES.resolve("dcgan.pth"), "--run-dir", taken).err())
        .contains("already; name a folder that is not");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(taken);
    }
  }

  @Test
  void aDesignThatTheFileDoesNotHaveIsRefused() {
    Path compact = folder.resolve("compact");
    Cli result =
        Cli.run(
            "import",
            FILES.resolve("stylegan2-plain.pkl"),
            "--run-dir",
            compact,
            "--set",
            "network.stylegan2.design=compact");
    assertThat(result.err()).contains("network.stylegan2.design is compact in the settings");
    assertThat(compact).doesNotExist();
  }
}
