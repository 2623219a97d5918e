package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of docs/checkpoints.md, on what 'troupe export' writes, make the pictures of 'troupe
 * sample'. They need python3 with NumPy and PyTorch; without it they are not run.
 */
@Tag("process")
class CheckpointsPageTest {
  private static final int COUNT = 5;
  private static final int CLASSES = 3;

  private static String page;
  private static Optional<String> python;
  private static String missing;

  @TempDir private Path folder;

  @BeforeAll
  static void readPage() throws Exception {
    page = Files.readString(Path.of("../docs/checkpoints.md"));
    StringBuilder found = new StringBuilder();
    python =
        Stream.of("python3", "/usr/bin/python3").filter(name -> canRun(name, found)).findFirst();
    missing = found.toString();
  }

  /** Whether a Python has what the programs import; notes why not. */
  private static boolean canRun(String name, StringBuilder found) {
    try {
      Process process =
          new ProcessBuilder(name, "-c", "import numpy, torch").redirectErrorStream(true).start();
      found.append(new String(process.getInputStream().readAllBytes(), UTF_8));
      return process.waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      found.append(e.getMessage());
      return false;
    }
  }

  @BeforeEach
  void needPython() {
    assumeTrue(
        python.isPresent(), "the page's programs need python3 with numpy and torch: " + missing);
  }

  @Test
  void bigGanInNumPy() throws Exception {
    check(program("The generator in NumPy"), "biggan-cifar100");
  }

  @Test
  void dcganInPyTorch() throws Exception {
    check(program("DCGAN's generator in PyTorch"), "dcgan-celeba", "dataset.path=unread");
  }

  @Test
  void styleGan2CifarInPyTorch() throws Exception {
    check(
        program("StyleGAN2's generator in PyTorch"),
        "stylegan2-ada-cifar100",
        "network.stylegan2.style-size=6",
        "network.stylegan2.most-channels=7",
        "network.stylegan2.deviation-group=2",
        "training.gradient-penalty.weight=0");
  }

  @Test
  void styleGan2CompactInPyTorch() throws Exception {
    String program = program("StyleGAN2's generator in PyTorch");
    check(
        program.replace("cifar = True ", "cifar = False "),
        "stylegan2-cifar100",
        "network.stylegan2.style-size=6",
        "network.stylegan2.deviation-group=2",
        "training.gradient-penalty.weight=0",
        "training.path-length.weight=0");
  }

  private static String program(String heading) {
    Matcher found =
        Pattern.compile(
                "^## " + Pattern.quote(heading) + "$.*?^```python$(.*?)^```$",
                Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page);
    assertThat(found.find()).as(heading).isTrue();
    return found.group(1);
  }

  private void check(String program, String preset, String... overrides) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "network.latent-size=8",
                "network.generator-channels=4",
                "network.discriminator-channels=4",
                "training.batch=2"));
    all.addAll(List.of(overrides));
    RunSettings settings = SettingsLoader.load(preset, List.of(), all);
    Path root = makeRun(settings);
    Path latents = folder.resolve("latents.npz");
    try (NpzWriter npz = new NpzWriter(latents)) {
      npz.add("z", NpyArray.of(normal(COUNT * 8), COUNT, 8));
      int classes = images(settings).classes();
      int[] labels = new int[COUNT];
      Arrays.setAll(labels, i -> i % classes);
      npz.add("y", NpyArray.of(labels, COUNT));
    }
    troupe("export", root, "--out", folder.resolve("generator.npz"));
    troupe(
        "sample",
        root,
        "--latents",
        latents,
        "--batch-norm",
        "running",
        "--out",
        folder.resolve("pictures.npz"));

    String comparison =
        """

        given, expected = np.load("latents.npz"), np.load("pictures.npz")["images"]
        made = pictures(given["z"], given["y"])
        assert made.shape == expected.shape, (made.shape, expected.shape)
        print(np.abs(made - expected).max(), expected.std())
        """;
    Files.writeString(folder.resolve("program.py"), program + comparison);
    String[] numbers = python("program.py").strip().split(" ", -1);
    double difference = Double.parseDouble(numbers[0]);
    double spread = Double.parseDouble(numbers[1]);
    assertThat(spread).isGreaterThan(0.05);
    assertThat(difference).isLessThan(1e-4 * spread);
  }

  /** A run with a checkpoint in which every parameter and state matters. */
  private Path makeRun(RunSettings settings) throws Exception {
    Path root = Files.createDirectory(folder.resolve("run"));
    Files.writeString(new RunDirectory(root).config(), SettingsLoader.render(settings));
    try (GanTraining training =
            new GanTraining(settings, images(settings), CompiledGraph::compile);
        TrainingState state = new TrainingState(training)) {
      state.copyFrom(training, 12);
      CounterRandom random = new CounterRandom(3, io.troupe.config.random.Stream.DATASET, 1, 0);
      for (ParameterLayout.Slot slot : training.generator().values().layout().slots()) {
        boolean styles = settings.network().kind().equals("stylegan2");
        double scale = slot.name().endsWith("weight") && !styles ? 0.3 : 1;
        for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
          double before = training.generator().values().flat().getDouble(i);
          double value =
              slot.name().endsWith("variance")
                  ? random.nextDouble(0.5, 1.5)
                  : before + scale * random.nextGaussian();
          state.average().write().put((int) i, (float) value);
        }
      }
      new CheckpointStore(new RunDirectory(root).checkpoints(), settings.preset(), 0).save(state);
    }
    return root;
  }

  private static ImageSpec images(RunSettings settings) {
    boolean faces = settings.network().kind().equals("dcgan");
    return ImageSpec.rgb(faces ? 64 : 32, faces ? 1 : CLASSES);
  }

  private static float[] normal(int count) {
    CounterRandom random = new CounterRandom(4, io.troupe.config.random.Stream.DATASET, 2, 0);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void troupe(Object... arguments) {
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err))
            .execute(texts);
    assertThat(code).as(err.toString()).isZero();
  }

  private String python(String file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(python.orElseThrow(), file)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
