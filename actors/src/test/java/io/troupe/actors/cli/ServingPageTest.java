package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The programs of docs/serving.md, on what 'troupe export' writes, draw what 'troupe sample' does.
 * The one in Python needs python3 with ONNX Runtime and Pillow; without them it is not run.
 */
@Tag("process")
class ServingPageTest {
  private static final int LATENTS = 8;
  private static final int LABEL = 3;

  @TempDir private Path folder;
  private Path run;
  private String sha256;

  @BeforeEach
  void makeRun() throws Exception {
    run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(
        new RunDirectory(run).config(), SettingsLoader.render(SmallStates.settings(4)));
    RunSettings settings = SmallStates.settings(4);
    try (GanTraining training =
            new GanTraining(settings, ImageSpec.rgb(32, 20), CompiledGraph::compile);
        TrainingState state = new TrainingState(training)) {
      state.copyFrom(training, 12);
      CounterRandom random = new CounterRandom(3, Stream.DATASET, 1, 0);
      for (ParameterLayout.Slot slot : training.generator().values().layout().slots()) {
        for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
          double before = training.generator().values().flat().getDouble(i);
          double value =
              slot.name().endsWith("variance")
                  ? random.nextDouble(0.5, 1.5)
                  : before + 0.3 * random.nextGaussian();
          state.average().write().put((int) i, (float) value);
        }
      }
      sha256 =
          new CheckpointStore(new RunDirectory(run).checkpoints(), "demo", 112)
              .save(state)
              .sha256();
    }
  }

  @Test
  void javaDrawsThePicture() throws Exception {
    Path source = Files.writeString(folder.resolve("Draw.java"), program("java"));
    export("generator.fb");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    execute(
        java.toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        source.toString(),
        "generator.fb",
        "" + LABEL,
        "picture.png");
    Nd4j.getRandom().setSeed(1);
    requirePicture(Nd4j.randn(DataType.FLOAT, 1, LATENTS).data().asFloat());
  }

  @Test
  void pythonDrawsThePicture() throws Exception {
    String needed = "import numpy, onnxruntime, PIL";
    Process probe = new ProcessBuilder("python3", "-c", needed).redirectErrorStream(true).start();
    String found = new String(probe.getInputStream().readAllBytes(), UTF_8);
    assumeTrue(probe.waitFor() == 0, "the page's program needs onnxruntime: " + found);

    String kept = "\nnp.savez('inputs.npz', **inputs)\n";
    Files.writeString(folder.resolve("draw.py"), program("python") + kept);
    export("generator.onnx");
    String said = execute("python3", "draw.py", "generator.onnx", "" + LABEL, "picture.png");
    assertThat(said).startsWith("[\"");
    try (NpzReader inputs = new NpzReader(folder.resolve("inputs.npz"))) {
      requirePicture(inputs.read("latent").floats());
    }
  }

  @Test
  void onnxSaysWhatItIsFrom() throws Exception {
    export("generator.onnx");
    try (OrtSession session =
        OrtEnvironment.getEnvironment().createSession("" + folder.resolve("generator.onnx"))) {
      Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertThat(metadata)
          .containsEntry("step", "12")
          .containsEntry("preset", "demo")
          .containsEntry("average", "true")
          .containsEntry("kind", "biggan")
          .containsEntry("checkpoint_sha256", sha256)
          .containsEntry("image_size", "32")
          .containsEntry("image_channels", "3")
          .containsEntry("image_range", "[-1, 1]")
          .containsEntry("classes", "20");
      assertThat(metadata.get("class_names")).startsWith("[\"").endsWith("\"]");
    }
  }

  @Test
  void aDiscriminatorIsRefused() {
    for (String format : List.of("onnx", "samediff")) {
      Path out = folder.resolve("d");
      StringWriter err = new StringWriter();
      int code =
          execute(
              err,
              List.of(
                  "export",
                  "" + run,
                  "--network=discriminator",
                  "--format=" + format,
                  "--out=" + out));
      assertThat(code).isEqualTo(1);
      assertThat(err.toString())
          .contains("cannot export discriminator as " + format, "only a generator");
      assertThat(out).doesNotExist();
    }
  }

  private void export(String name) {
    troupe("export", run, "--out", folder.resolve(name));
  }

  private void requirePicture(float[] latent) throws IOException {
    Path latents = folder.resolve("latents.npz");
    try (NpzWriter npz = new NpzWriter(latents)) {
      npz.add("z", NpyArray.of(latent, 1, LATENTS));
      npz.add("y", NpyArray.of(new int[] {LABEL}, 1));
    }
    Path pictures = folder.resolve("pictures.npz");
    troupe("sample", run, "--latents", latents, "--batch-norm", "running", "--out", pictures);
    BufferedImage drawn = ImageIO.read(folder.resolve("picture.png").toFile());
    assertThat(drawn.getWidth()).isEqualTo(32);
    assertThat(drawn.getHeight()).isEqualTo(32);
    try (NpzReader npz = new NpzReader(pictures)) {
      float[] expected = npz.read("images").floats();
      double spread = 0;
      for (int i = 0; i < expected.length; i++) {
        int pixel = i / 3;
        int rgb = drawn.getRGB(pixel % 32, pixel / 32);
        int value = (rgb >> (8 * (2 - i % 3))) & 0xFF;
        assertThat((double) value)
            .as("element %d", i)
            .isCloseTo((expected[i] + 1) * 127.5, within(0.51));
        spread = Math.max(spread, Math.abs(expected[i] - expected[0]));
      }
      assertThat(spread).isGreaterThan(0.1);
    }
  }

  private static String program(String language) throws IOException {
    Matcher found =
        Pattern.compile("^```" + language + "$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/serving.md")));
    assertThat(found.find()).as(language).isTrue();
    return found.group(1);
  }

  private static void troupe(Object... arguments) {
    StringWriter err = new StringWriter();
    int code = execute(err, Arrays.stream(arguments).map(Object::toString).toList());
    assertThat(code).as(err.toString()).isZero();
  }

  private static int execute(StringWriter err, List<String> arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  private String execute(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
