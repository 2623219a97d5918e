package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.control.AnsweringDaemon;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.TrainingState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleCommandTest {
  private static final int SEED = 112;
  private static final int LATENT = 8;
  private static final int CLASSES = 20;
  private static final int PICTURE = 32 * 32 * 3;
  private static final RunSettings SETTINGS = SmallStates.settings(4);

  private static TrainingState state;

  private record Result(int code, String out, String err) {}

  /** The content of an .npz file of pictures. */
  private static final class Pictures {
    private final List<Integer> shape;
    private final float[] images;
    private final long[] labels;

    Pictures(NpzReader npz) throws IOException {
      NpyArray array = npz.read("images");
      shape = array.header().shape();
      images = array.floats();
      labels = npz.read("labels").longs();
    }

    float[] picture(int index) {
      return Arrays.copyOfRange(images, index * PICTURE, (index + 1) * PICTURE);
    }
  }

  @TempDir private Path folder;

  private Path root;
  private int files;

  @BeforeAll
  static void makeState() {
    try (GanTraining training =
        new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      state = new TrainingState(training);
      state.copyFrom(training, 12);
      state.average().assign(training.generator().values().floats());
      state.average().array().muli(1.5);
    }
  }

  @AfterAll
  static void freeState() {
    state.close();
  }

  @BeforeEach
  void makeRun() throws Exception {
    root = Files.createDirectory(folder.resolve("run"));
    Files.writeString(new RunDirectory(root).config(), SettingsLoader.render(SETTINGS));
    new CheckpointStore(new RunDirectory(root).checkpoints(), "demo", SEED).save(state);
  }

  private static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int code =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(texts);
    return new Result(code, out.toString(), err.toString());
  }

  /** Samples with options, of which several may be in one text. */
  private Result sample(Path out, Object... options) {
    Stream<Object> words =
        Arrays.stream(options).flatMap(option -> Arrays.stream(option.toString().split(" ", -1)));
    return run(Stream.concat(Stream.of("sample", root, "--out", out), words).toArray());
  }

  private Pictures npz(Object... options) throws Exception {
    Path out = folder.resolve("pictures%d.npz".formatted(files++));
    Result result = sample(out, options);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.names()).containsExactlyInAnyOrder("images", "labels");
      assertThat(npz.read("labels").header().type()).isEqualTo(NpyType.INT32);
      return new Pictures(npz);
    }
  }

  /** Normal numbers as the contract of seeds has them. */
  private static float[] drawn(int first, int count) {
    float[] z = new float[count * LATENT];
    for (int picture = 0; picture < count; picture++) {
      CounterRandom random =
          new CounterRandom(SEED, io.troupe.config.random.Stream.SAMPLING, 0, first + picture);
      for (int i = 0; i < LATENT; i++) {
        z[picture * LATENT + i] = (float) random.nextGaussian();
      }
    }
    return z;
  }

  private Path latents(NpyArray z, NpyArray y) throws Exception {
    Path file = folder.resolve("latents%d.npz".formatted(files++));
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("z", z);
      npz.add("y", y);
    }
    return file;
  }

  private static void assertFailed(Result result, int code, String... words) {
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("troupe: ")
        .contains(words)
        .doesNotContain("internal error");
    assertThat(result.code()).isEqualTo(code);
  }

  private static List<String> names(Path place) throws Exception {
    try (var list = Files.list(place)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesNumberedPicturesThatAreThoseOfTheNpz() throws Exception {
    Path out = folder.resolve("a").resolve("pictures");

    Result result = sample(out, "--count 70");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            run         %s
            generator   of step 12, moving average
            from        %s
            pictures    70, each class in turn, seed 112, not truncated
            folder      %s
            """
                .formatted(root, checkpoint(), out));
    assertThat(names(out))
        .isEqualTo(IntStream.range(0, 70).mapToObj("%06d.png"::formatted).toList());
    assertThat(names(out.getParent())).containsExactly("pictures");
    Pictures npz = npz("--count 70");
    assertThat(npz.shape).containsExactly(70, 32, 32, 3);
    assertThat(npz.labels).isEqualTo(IntStream.range(0, 70).mapToLong(i -> i % CLASSES).toArray());
    for (int picture : new int[] {0, 1, 63, 64, 69}) {
      BufferedImage image = ImageIO.read(out.resolve("%06d.png".formatted(picture)).toFile());
      assertThat(image.getWidth()).isEqualTo(32);
      assertThat(image.getHeight()).isEqualTo(32);
      assertLevels(image, 0, 0, npz.picture(picture));
    }
  }

  private static void assertLevels(BufferedImage image, int left, int top, float[] picture) {
    for (int i = 0; i < PICTURE; i++) {
      int rgb = image.getRGB(left + i / 3 % 32, top + i / 3 / 32);
      int level = rgb >> (8 * (2 - i % 3)) & 0xFF;
      assertThat((double) level).isCloseTo((picture[i] + 1) * 127.5, within(0.5001));
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherDoesNot() throws Exception {
    Pictures first = npz("--count 3");
    assertThat(npz("--count 3").images).isEqualTo(first.images);
    assertThat(npz("--count 3 --seed", SEED).images).isEqualTo(first.images);
    assertThat(npz("--count 3 --seed 5").images).isNotEqualTo(first.images);
    assertThat(npz("--count 3 --raw").images).isNotEqualTo(first.images);
    assertThat(npz("--count 3 --ema").images).isEqualTo(first.images);
    for (String name : List.of("one", "two")) {
      sample(folder.resolve(name), "--count 3");
    }
    assertThat(folder.resolve("two").resolve("000002.png"))
        .hasSameBinaryContentAs(folder.resolve("one").resolve("000002.png"));
  }

  @Test
  void picturesAreThoseOfTheStoredValues() throws Exception {
    float[] z = drawn(0, 3);
    for (String values : List.of("--ema", "--raw")) {
      Pictures pictures = npz("--count 3 --batch-norm running", values);
      try (GeneratorSampler single =
          new GeneratorSampler(
              SETTINGS.network(),
              ImageSpec.rgb(32, CLASSES),
              new GeneratorSampler.Use(1, BatchNormMode.RUNNING),
              CompiledGraph::compile)) {
        single.load(
            state.vectors().get(values.equals("--ema") ? "generator.average" : "generator"));
        single.set(0, Arrays.copyOfRange(z, 2 * LATENT, 3 * LATENT), 2);
        float[] expected = new float[PICTURE];
        single.generate(expected, 0, 1);
        // Another batch size may add in another order.
        assertThat(pictures.picture(2)).containsExactly(expected, within(1e-5f));
      }
    }
  }

  @Test
  void latentsOfAFileGiveThePicturesThatTheSeedGives() throws Exception {
    int[] classes = IntStream.range(0, 64).map(i -> i % CLASSES).toArray();
    Path same = latents(NpyArray.of(drawn(0, 64), 64, LATENT), NpyArray.of(classes, 64));
    for (String mode : List.of("batch", "running")) {
      assertThat(npz("--latents", same, "--batch-norm", mode).images)
          .isEqualTo(npz("--batch-norm", mode).images);
    }
  }

  @Test
  void withRunningStatisticsAPictureDoesNotDependOnItsBatch() throws Exception {
    Pictures many = npz("--count 70 --batch-norm running");
    Path last = latents(NpyArray.of(drawn(69, 1), 1, LATENT), NpyArray.of(new long[] {9}, 1));

    Pictures alone = npz("--latents", last, "--batch-norm running");

    assertThat(alone.labels).containsExactly(9);
    assertThat(alone.images).isEqualTo(many.picture(69));
  }

  @Test
  void withBatchStatisticsAPictureDoesNotDependOnHowManyAreWanted() throws Exception {
    assertThat(npz("--count 2 --batch-norm batch").picture(1))
        .isEqualTo(npz("--count 9 --batch-norm BATCH").picture(1))
        .isNotEqualTo(npz("--count 2 --batch-norm running").picture(1));
  }

  @Test
  void aClassIsChosenByNumberOrName() throws Exception {
    Pictures byNumber = npz("--count 3 --class 12 --batch-norm running");
    assertThat(byNumber.labels).containsExactly(12, 12, 12);
    Path out = folder.resolve("named.npz");
    assertThat(
            run(
                    "sample",
                    root,
                    "--out",
                    out,
                    "--class",
                    "Cool Square",
                    "--count",
                    3,
                    "--batch-norm",
                    "running")
                .code())
        .isZero();
    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.read("images").floats()).isEqualTo(byNumber.images);
    }
    Path same =
        latents(NpyArray.of(drawn(0, 3), 3, LATENT), NpyArray.of(new int[] {12, 12, 12}, 3));
    assertThat(npz("--latents", same, "--batch-norm running").images).isEqualTo(byNumber.images);
  }

  @Test
  void aGridHasARowForEachClass() throws Exception {
    Path out = folder.resolve("grid.png");

    Result result = sample(out, "--grid --count 43");

    assertThat(result.out()).contains("file        " + out);
    BufferedImage image = ImageIO.read(out.toFile());
    assertThat(image.getWidth()).isEqualTo(3 * 34 + 2);
    assertThat(image.getHeight()).isEqualTo(20 * 34 + 2);
    Pictures pictures = npz("--count 43");
    assertLevels(image, 2, 2, pictures.picture(0));
    assertLevels(image, 2, 2 + 34 * 19, pictures.picture(19));
    assertLevels(image, 2 + 34 * 2, 2 + 34 * 2, pictures.picture(42));
    assertThat(image.getRGB(2 + 34 * 2, 2 + 34 * 3) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void interpolationGoesLinearlyFromOneLatentToAnother() throws Exception {
    Path out = folder.resolve("grid.png");
    assertThat(sample(out, "--grid --interpolate --count 16 --batch-norm running").code()).isZero();

    float[] ends = drawn(0, 4);
    float[] z = new float[16 * LATENT];
    int[] classes = new int[16];
    for (int picture = 0; picture < 16; picture++) {
      int row = picture / 8;
      double far = picture % 8 / 7.0;
      classes[picture] = row;
      for (int i = 0; i < LATENT; i++) {
        z[picture * LATENT + i] =
            (float)
                ((1 - far) * ends[2 * row * LATENT + i] + far * ends[(2 * row + 1) * LATENT + i]);
      }
    }
    Path same = latents(NpyArray.of(z, 16, LATENT), NpyArray.of(classes, 16));
    Pictures expected = npz("--latents", same, "--batch-norm running");
    BufferedImage image = ImageIO.read(out.toFile());
    assertThat(image.getWidth()).isEqualTo(8 * 34 + 2);
    for (int picture = 0; picture < 16; picture++) {
      assertLevels(image, 2 + picture % 8 * 34, 2 + picture / 8 * 34, expected.picture(picture));
    }
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

  private Path checkpoint() {
    return new RunDirectory(root).checkpoints().resolve("step-000000012.ckpt");
  }

  @Test
  void aRunThatNoDaemonHoldsIsSampledFromItsNewestCheckpoint() throws Exception {
    Path out = folder.resolve("out.npz");
    Result result =
        run("sample", "--run-dir", root, "--count", 3, "--raw", "--class", 4, "--out", out);
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
      Result result = run("sample", root, "--json");
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
    Result result =
        run(
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
    assertFailed(run("sample", folder.resolve("gone.ckpt")), 1, "gone.ckpt", "there is no");
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

      Result kept = run("sample", root, "--grid", "--count", 9, "--class", "disc", "--seed", 4);
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
