package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallRuns;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.data.npz.NpzReader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.TrainingState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointCommandsTest {
  @RegisterExtension private static final SmallRuns RUNS = new SmallRuns();

  private record Result(int code, String out, String err) {}

  @TempDir private Path folder;

  private RunDirectory run;
  private Path root;
  private CheckpointStore.Saved saved;

  @BeforeEach
  void makeRun() throws Exception {
    run = RUNS.make(folder.resolve("run"));
    root = run.root();
    saved = RUNS.save(run, 12);
  }

  private static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(texts);
    return new Result(code, out.toString(), err.toString());
  }

  private static void assertFailed(Result result, String... words) {
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("troupe: ")
        .contains(words)
        .doesNotContain("internal error")
        .hasLineCount(1);
  }

  @Test
  void inspectTellsPeople() {
    Result result = run("inspect", saved.file());

    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .contains(
            "file        " + saved.file(),
            String.format(Locale.ROOT, "size        %,d bytes", saved.bytes()),
            "sha256      " + saved.sha256() + " of all values",
            "step        12",
            "preset      demo",
            "network     biggan",
            "precision   float32",
            "seed        112",
            "images      32x32, RGB, 20 classes",
            "  block0.conv1.weight         [3, 3, 4, 4]",
            "  block0.conv1.u              [4] state",
            "  linear.weight               [8, 64]",
            "  embedding.weight            [20, 4]",
            "  the generator's tensors");
  }

  @Test
  void inspectTellsWhatWasChangedOfTheSettings() throws Exception {
    SmallStates.fill(RUNS.state(), 20);
    CheckpointStore store = new CheckpointStore(new RunDirectory(root).checkpoints(), "demo", 112);
    store.setChanges(List.of(new SettingsHistory.Change(15, "training.clip-norm", "0.0", "1.0")));
    CheckpointStore.Saved changed = store.save(RUNS.state());

    assertThat(run("inspect", changed.file()).out().lines())
        .contains("changed     training.clip-norm: 0.0 -> 1.0 from step 15 on");
    assertThat(
            new ObjectMapper()
                .readTree(run("inspect", "--json", changed.file()).out())
                .get("changes")
                .toString())
        .isEqualTo("[{\"from_step\":15,\"key\":\"training.clip-norm\",\"from\":0,\"to\":1}]");
    assertThat(run("inspect", saved.file()).out()).doesNotContain("changed ");
  }

  @Test
  void inspectTellsPrograms() throws Exception {
    JsonNode answer = new ObjectMapper().readTree(run("inspect", "--json", saved.file()).out());

    assertThat(answer.get("file").asText()).isEqualTo(saved.file().toString());
    assertThat(answer.get("bytes").asLong()).isEqualTo(Files.size(saved.file()));
    assertThat(answer.get("sha256").asText()).isEqualTo(saved.sha256());
    assertThat(answer.get("step").asLong()).isEqualTo(12);
    assertThat(answer.get("preset").asText()).isEqualTo("demo");
    assertThat(answer.get("network").asText()).isEqualTo("biggan");
    assertThat(answer.get("precision").asText()).isEqualTo("float32");
    assertThat(answer.get("seed").asLong()).isEqualTo(112);
    assertThat(answer.get("classes").asInt()).isEqualTo(20);
    assertThat(answer.get("networks").findValuesAsText("name"))
        .contains("generator", "discriminator", "generator.average");
    for (JsonNode network : answer.get("networks")) {
      long parameters = 0;
      long states = 0;
      for (JsonNode tensor : network.get("tensors")) {
        long length = 1;
        for (JsonNode dimension : tensor.get("shape")) {
          length *= dimension.asLong();
        }
        if (tensor.get("trainable").asBoolean()) {
          parameters += length;
        } else {
          states += length;
        }
      }
      String vector = network.get("name").asText();
      assertThat(network.get("parameters").asLong()).isEqualTo(parameters);
      assertThat(network.get("states").asLong()).isEqualTo(states);
      assertThat(RUNS.state().vectors().get(vector).length()).isEqualTo(parameters + states);
    }
    // Adam has moments of what is trained only.
    assertThat(answer.get("networks").get(0).get("parameters").asLong())
        .isEqualTo(RUNS.state().vectors().get("generator.adam.first").length());
  }

  @Test
  void ofARunDirectoryTheNewestGoodCheckpointIsTaken() throws Exception {
    byte[] bytes = Files.readAllBytes(RUNS.save(run, 13).file());
    Path damaged = new RunDirectory(root).checkpoints().resolve("step-000000014.ckpt");
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);

    Result result = run("inspect", root);

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("step        13");
    assertThat(result.err()).contains("passed over: " + damaged);
    assertThat(damaged).exists();
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(saved.file());
    bytes[bytes.length / 2] ^= 1;
    Files.write(saved.file(), bytes);
    assertFailed(run("inspect", saved.file()), saved.file().toString(), "SHA-256");
    Path out = folder.resolve("out.npz");
    assertFailed(run("export", saved.file(), "--out", out), saved.file().toString(), "SHA-256");
    assertThat(out).doesNotExist();
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertFailed(run("inspect", folder.resolve("gone.ckpt")), "gone.ckpt", "there is no");
    assertFailed(run("export", folder), folder.toString(), "not a run directory");
  }

  @Test
  void settingsThatDoNotFitAreNamed() {
    assertFailed(
        run("inspect", saved.file(), "--preset", "demo"),
        "network.latent-size = ",
        "network.generator-channels = 24",
        "network.discriminator-channels = ");
  }

  @Test
  void anUnknownPresetOrSettingsFileIsBadUsage() {
    Result preset = run("inspect", saved.file(), "--preset", "demoo");
    assertThat(preset.code()).isEqualTo(2);
    assertThat(preset.err()).contains("did you mean demo");

    Result config = run("inspect", saved.file(), "--config", folder.resolve("gone.conf"));
    assertThat(config.code()).isEqualTo(2);
    assertThat(config.err()).contains("gone.conf", "no such file");
  }

  @Test
  void aCheckpointAwayFromItsRunTakesItsSettingsFromAFileOrItsOwnPreset() throws Exception {
    Path moved = folder.resolve("moved.ckpt");
    Files.move(saved.file(), moved);
    assertFailed(run("inspect", moved), "preset demo", "--config");

    assertThat(run("inspect", moved, "--config", new RunDirectory(root).config()).code()).isZero();
  }

  @Test
  void settingsOfARunThatNeedsATokenAreReadWithoutIt() throws Exception {
    Files.writeString(
        new RunDirectory(root).config(),
        Files.readString(new RunDirectory(root).config()) + "\ncontrol.host = 0.0.0.0\n");
    assertThat(run("inspect", saved.file()).code()).isZero();
  }

  @Test
  void exportWritesTheAverageAsSafetensorsUnlessToldOtherwise() throws Exception {
    Path out = folder.resolve("tensors");
    Result result = run("export", root, "--out", out);

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("step 12: generator.average", "file: " + out);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[(int) bytes.getLong()];
    bytes.get(json);
    JsonNode header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
    assertThat(header.get("__metadata__").get("average").asText()).isEqualTo("true");
    assertThat(bytes.remaining()).isEqualTo(4 * RUNS.state().average().length());
    assertThat(bytes.getFloat(bytes.limit() - 4))
        .isEqualTo(RUNS.state().average().read().get(RUNS.state().average().length() - 1));
  }

  @Test
  void exportWritesTheOtherNetworks() throws Exception {
    Path raw = folder.resolve("raw.npz");
    assertThat(run("export", root, "--raw", "--out", raw).out()).startsWith("step 12: generator,");
    try (NpzReader npz = new NpzReader(raw)) {
      float[] first = npz.read(npz.names().get(0)).floats();
      assertThat(first[9]).isEqualTo(RUNS.state().vectors().get("generator").read().get(9));
      assertThat(first[9]).isNotEqualTo(RUNS.state().average().read().get(9));
    }
    Path other = folder.resolve("d");
    Result result =
        run("export", root, "--network", "discriminator", "--format", "npz", "--out", other);
    assertThat(result.out()).startsWith("step 12: discriminator,");
    try (NpzReader npz = new NpzReader(other)) {
      assertThat(npz.names()).contains("embedding.weight");
    }
  }

  @Test
  void anExistingFileIsReplacedByForceOnly() throws Exception {
    Path out = Files.writeString(folder.resolve("out.npz"), "precious");
    assertFailed(run("export", root, "--out", out), out.toString(), "--force");
    assertThat(out).hasContent("precious");

    assertThat(run("export", root, "--out", out, "--force").code()).isZero();

    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.names()).isNotEmpty();
    }
  }

  @Test
  void theCheckpointItselfIsNotReplaced() throws Exception {
    byte[] before = Files.readAllBytes(saved.file());
    assertFailed(run("export", root, "--force", "--out", saved.file()), "the checkpoint itself");
    assertThat(saved.file()).hasBinaryContent(before);
  }

  @Test
  void whereNothingCanBeWrittenIsNamed() throws Exception {
    Path out = Files.writeString(folder.resolve("text"), "no folder").resolve("out.npz");
    assertFailed(run("export", root, "--out", out), "cannot write " + out);
    assertFailed(run("export", root, "--out", folder), folder.toString(), "is a folder");
  }

  @Test
  void anUnknownFormatIsAnsweredWithTheKnownOnes() {
    Result result = run("export", root, "--format", "tar");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("tar", "safetensors, npz");
  }

  /** Networks that no published program has, each with the reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo | 3 | 20 | network.biggan.quantiser.layers=1 | has no feature quantiser",
        "demo | 1 | 20 | training.steps=5 | makes colour pictures only",
        "stylegan2-cifar100 | 3 | 20 | network.stylegan2.design=compact | design compact is not",
        "dcgan-conditional | 3 | 4 | dataset.path=. | knows no classes",
      })
  void networksOfNoPublishedProgramAreRefused(
      String preset, int channels, int classes, String change, String reason) throws Exception {
    RunSettings settings =
        SettingsLoader.load(
            preset,
            List.of(),
            List.of(
                change,
                "network.latent-size=8",
                "network.generator-channels=4",
                "network.discriminator-channels=4",
                "training.batch=4"));
    Path run = Files.createDirectory(folder.resolve("other"));
    Files.writeString(new RunDirectory(run).config(), SettingsLoader.render(settings));
    Path file = folder.resolve("g.safetensors");
    try (TrainingState other = SmallStates.empty(settings, new ImageSpec(32, channels, classes))) {
      SmallStates.fill(other, 1);
      new CheckpointStore(new RunDirectory(run).checkpoints(), preset, 1).save(other);
      assertFailed(
          run("export", run, "--format", "pytorch", "--out", file),
          "cannot export generator.average as pytorch: ",
          reason);
    }
    assertThat(file).doesNotExist();
  }
}
