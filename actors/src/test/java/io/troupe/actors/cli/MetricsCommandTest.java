package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;
import io.troupe.metrics.StatisticsFile;
import io.troupe.metrics.inception.InceptionWeights;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsCommandTest {
  private static final int SIDE = 16;

  @TempDir private Path folder;

  private record Result(int code, String out, String err) {
    JsonNode json() throws IOException {
      assertThat(code).as(err).isZero();
      return new ObjectMapper().readTree(out);
    }
  }

  private Result run(String... arguments) {
    return run(true, arguments);
  }

  private Result run(boolean random, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(arguments));
    if (arguments[0].equals("metrics")) {
      all.addAll(List.of("--cache", folder.resolve("cache").toString()));
    }
    if (random && !all.contains("--extractor")) {
      all.addAll(List.of("--extractor", "random"));
    }
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  /** Noise around a colour, in classes that are sub-folders if there are several. */
  private String pictures(String name, int count, int classes, int seed, int colour)
      throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < SIDE * SIDE; k++) {
        int level = Math.min(255, colour + random.nextInt(100));
        image.setRGB(k % SIDE, k / SIDE, level << 16 | random.nextInt(256) << 8 | colour);
      }
      Path place = folder.resolve(name);
      if (classes > 1) {
        place = place.resolve("class" + i % classes);
      }
      Files.createDirectories(place);
      ImageIO.write(image, "png", place.resolve("%03d.png".formatted(i)).toFile());
    }
    return folder.resolve(name).toString();
  }

  private float[] features(String images, String... more) throws IOException {
    Path file = folder.resolve("features.npy");
    List<String> arguments = new ArrayList<>(List.of("features", "--images", images));
    arguments.addAll(List.of("--out", file.toString(), "--force", "--batch", "7"));
    arguments.addAll(List.of(more));
    Result result = run(arguments.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    try (var in = Files.newInputStream(file)) {
      NpyArray array = NpyArray.read(in);
      assertThat(result.out()).contains("float32 " + array.header().shape());
      return array.floats();
    }
  }

  private static GaussianStatistics statistics(float... rows) {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(160)) {
      accumulator.add(rows, rows.length / 160);
      return accumulator.statistics();
    }
  }

  /** Of pictures whose pixels are doubled, the means of areas are what they were before. */
  @Test
  void picturesOfMixedSizesAreBroughtToOne() throws IOException {
    String real = pictures("real", 20, 1, 1, 10);
    String fake = pictures("fake", 20, 1, 2, 60);
    JsonNode plain = run("metrics", "--real", real, "--fake", fake, "--json").json();
    for (int i = 0; i < 20; i += 3) {
      Path file = Path.of(real).resolve("%03d.png".formatted(i));
      BufferedImage image = ImageIO.read(file.toFile());
      BufferedImage doubled = new BufferedImage(2 * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < 4 * SIDE * SIDE; k++) {
        int x = k % (2 * SIDE);
        int y = k / (2 * SIDE);
        doubled.setRGB(x, y, image.getRGB(x / 2, y / 2));
      }
      ImageIO.write(doubled, "png", file.toFile());
    }
    Result refused = run("metrics", "--real", real, "--fake", fake, "--json");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("must be of one size", "--resize SIZE");

    JsonNode scaled =
        run(
                "metrics",
                "--real",
                real,
                "--fake",
                fake,
                "--json",
                "--resize",
                "" + SIDE,
                "--filter",
                "area")
            .json();
    assertThat(scaled.get("fd_random").asDouble()).isEqualTo(plain.get("fd_random").asDouble());
    assertThat(scaled.get("protocol").get("resize").asText())
        .startsWith("cut to %dx%d by Pillow's area, then: ".formatted(SIDE, SIDE))
        .endsWith(plain.get("protocol").get("resize").asText());
  }

  @Test
  void resizingWithoutEffectIsRefused() throws IOException {
    String fake = pictures("fake", 3, 1, 2, 60);
    assertThat(run("metrics", "--metrics", "is", "--fake", fake, "--filter", "area").err())
        .contains("--filter has no effect without --resize");
    assertThat(
            run("metrics", "--metrics", "is", "--fake", fake, "--resize", "8", "--filter", "x")
                .err())
        .contains("unknown filter \"x\"; allowed: bilinear, bicubic, lanczos, area");
    assertThat(run("metrics", "--metrics", "is", "--fake", fake, "--fit", "pad").err())
        .contains("--fit has no effect without --resize");
    assertThat(run("metrics", "--metrics", "is", "--fake", fake, "--resize", "0").err())
        .contains("--resize is 0; allowed: 1 to 1024");
  }

  /** Archives and lists of labels are read as training reads them. */
  @Test
  void archivesAndListsAreReadAsFolders() throws IOException {
    String real = pictures("real", 20, 2, 1, 10);
    String fake = pictures("fake", 20, 1, 2, 60);
    double expected = score(real, fake);
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(real))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path archive = folder.resolve("real.zip");
    Path labelled = folder.resolve("labelled.zip");
    List<String> rows = new ArrayList<>(List.of("file,label"));
    try (ZipOutputStream plain = new ZipOutputStream(Files.newOutputStream(archive));
        ZipOutputStream json = new ZipOutputStream(Files.newOutputStream(labelled))) {
      List<String> labels = new ArrayList<>();
      for (Path file : files) {
        String name = Path.of(real).relativize(file).toString();
        add(plain, name, Files.readAllBytes(file));
        add(json, name, Files.readAllBytes(file));
        labels.add("[\"%s\", %d]".formatted(name, name.charAt(5) - '0'));
        rows.add(name + "," + name.charAt(5));
      }
      String text = "{\"labels\": " + labels + "}";
      add(json, "dataset.json", text.getBytes(StandardCharsets.UTF_8));
    }
    Path csv = Files.write(Path.of(real).resolve("labels.csv"), rows);
    assertThat(score(archive.toString(), fake)).isEqualTo(expected);
    assertThat(score(labelled.toString(), fake)).isEqualTo(expected);
    assertThat(score(csv.toString(), fake)).isEqualTo(expected);
    Result text =
        run(
            "metrics",
            "--metrics",
            "is",
            "--fake",
            Files.writeString(folder.resolve("a.txt"), "a").toString());
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.err()).contains("a.txt: no pictures that can be read; name a folder");
  }

  private static void add(ZipOutputStream archive, String name, byte[] content) throws IOException {
    archive.putNextEntry(new ZipEntry(name));
    archive.write(content);
  }

  private double score(String real, String fake) throws IOException {
    return run("metrics", "--real", real, "--fake", fake, "--json")
        .json()
        .get("fd_random")
        .asDouble();
  }

  /** A JPEG file that is to be turned right, against its decoded pixels, turned here. */
  @Test
  void picturesAreTurnedIfWanted() throws IOException {
    Random random = new Random(5);
    BufferedImage drawn = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int k = 0; k < SIDE * SIDE; k++) {
      drawn.setRGB(k % SIDE, k / SIDE, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(drawn, "jpg", jpeg);
    byte[] content = jpeg.toByteArray();
    Path camera = Files.createDirectory(folder.resolve("camera"));
    // Orientation 6: the first row is the right side.
    String exif =
        "ffe10022"
            + "457869660000"
            + "4d4d002a00000008"
            + "0001"
            + "0112000300000001"
            + "00060000"
            + "00000000";
    byte[] segment = HexFormat.of().parseHex(exif);
    ByteArrayOutputStream noted = new ByteArrayOutputStream();
    noted.write(content, 0, 2);
    noted.write(segment);
    noted.write(content, 2, content.length - 2);
    Files.write(camera.resolve("1.jpg"), noted.toByteArray());
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(content));
    BufferedImage turned = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int k = 0; k < SIDE * SIDE; k++) {
      turned.setRGB(SIDE - 1 - k / SIDE, k % SIDE, decoded.getRGB(k % SIDE, k / SIDE));
    }
    Path upright = Files.createDirectory(folder.resolve("upright"));
    ImageIO.write(turned, "png", upright.resolve("1.png").toFile());
    float[] expected = features(upright.toString());
    assertThat(features(camera.toString(), "--upright")).isEqualTo(expected);
    assertThat(features(camera.toString())).isNotEqualTo(expected);
    String arrays = folder.resolve("arrays.npz").toString();
    try (NpzWriter npz = new NpzWriter(Path.of(arrays))) {
      npz.add("images", NpyArray.of(new byte[SIDE * SIDE * 3], 1, SIDE, SIDE, 3));
    }
    assertThat(run("metrics", "--metrics", "is", "--fake", arrays, "--upright").err())
        .contains("--upright has an effect on picture files only");
  }

  @Test
  void scoresAreThoseOfTheFeatures() throws IOException {
    String real = pictures("real", 30, 2, 1, 10);
    String fake = pictures("fake", 24, 2, 2, 60);
    Result result =
        run(
            "metrics",
            "--real",
            real,
            "--fake",
            fake,
            "--json",
            "--metrics",
            "fid,kid,prdc,intra-fid");
    JsonNode json = result.json();
    float[] realRows = features(real);
    float[] fakeRows = features(fake);
    assertThat(realRows).hasSize(30 * 160);
    double expected = FrechetDistance.between(statistics(realRows), statistics(fakeRows));
    assertThat(json.get("fd_random").asDouble()).isEqualTo(expected, within(1e-9 * expected));
    // Sub-folders come one after the other.
    double first =
        FrechetDistance.between(
            statistics(Arrays.copyOf(realRows, 15 * 160)),
            statistics(Arrays.copyOf(fakeRows, 12 * 160)));
    assertThat(json.get("intra_by_class").get(0).asDouble()).isEqualTo(first, within(1e-9 * first));
    assertThat(json.get("intra_fd_random").asDouble())
        .isEqualTo(
            (json.get("intra_by_class").get(0).asDouble()
                    + json.get("intra_by_class").get(1).asDouble())
                / 2,
            within(1e-12));
    // Names that papers use are for Inception's scores.
    for (String key : List.of("fid", "kid", "kid_std", "kid_exact", "is", "is_std", "intra_fid")) {
      assertThat(json.has(key)).as(key).isTrue();
      assertThat(json.get(key).isNull()).as(key).isTrue();
    }
    assertThat(json.get("precision").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("protocol").get("real_images").asInt()).isEqualTo(30);
    assertThat(json.get("protocol").get("fake_images").asInt()).isEqualTo(24);
    assertThat(json.get("protocol").get("extractor").asText()).isEqualTo("random");
    assertThat(result.err())
        .contains("memory: at most")
        .contains("warning: " + fake + ": 24 pictures are few")
        .contains("24 of 24 pictures");
    assertThat(run("metrics", "--real", real, "--fake", fake).out())
        .contains("FD (random) ", "lower is better", "24 generated, 30 real")
        .contains("covariance ddof");
  }

  @Test
  void statisticsOfRealPicturesAreKeptAndSaved() throws IOException {
    String real = pictures("real", 30, 1, 1, 10);
    String fake = pictures("fake", 24, 1, 2, 60);
    String saved = folder.resolve("saved.npz").toString();
    Result first =
        run("metrics", "--real", real, "--fake", fake, "--json", "--save-real-statistics", saved);
    assertThat(first.err()).contains(real + ": 30 of 30 pictures");
    Result second = run("metrics", "--real", real, "--fake", fake, "--json");
    assertThat(second.err())
        .contains(real + ": statistics of 30 pictures from " + folder.resolve("cache"))
        .doesNotContain(real + ": 30 of 30 pictures");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(StatisticsFile.read(Path.of(saved)).mean())
        .isEqualTo(statistics(features(real)).mean());
    JsonNode third = run("metrics", "--real", saved, "--fake", fake, "--json").json();
    assertThat(third.get("fd_random")).isEqualTo(first.json().get("fd_random"));
    // Two files do not say what made them.
    assertThat(
            run("metrics", "--real", saved, "--fake", saved, "--json")
                .json()
                .get("fd_random")
                .asDouble())
        .isEqualTo(0, within(1e-6));
    assertThat(run("metrics", "--real", saved, "--fake", fake, "--metrics", "kid").err())
        .contains(saved + ": the file holds statistics only");
    // Other pictures under the same name are not those of the cache.
    pictures("real", 30, 1, 5, 10);
    assertThat(run("metrics", "--real", real, "--fake", fake).err())
        .contains(real + ": 30 of 30 pictures");
  }

  @Test
  void featuresAreDrawn() throws IOException {
    String real = pictures("real", 12, 2, 1, 10);
    String fake = pictures("fake", 9, 1, 2, 60);
    Path plot = folder.resolve("plot.png");
    Result result = run("metrics", "--real", real, "--fake", fake, "--tsne", plot.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(500);
  }

  @Test
  void arraysOfPicturesAreTaken() throws IOException {
    Path file = folder.resolve("pictures.npz");
    Random random = new Random(3);
    byte[] images = new byte[20 * SIDE * SIDE * 3];
    random.nextBytes(images);
    float[] floats = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      floats[i] = (images[i] & 0xFF) / 127.5f - 1;
    }
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("images", NpyArray.of(images, 20, SIDE, SIDE, 3));
      npz.add("labels", NpyArray.of(new long[20], 20));
    }
    float[] expected = features(file.toString());
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("images", NpyArray.of(floats, 20, SIDE, SIDE, 3));
    }
    assertThat(features(file.toString())).isEqualTo(expected);
    String name = file.toString();
    assertThat(run("metrics", "--real", name, "--fake", name, "--metrics", "intra-fid").err())
        .contains(name + ": the pictures have no classes");
    JsonNode half =
        run("metrics", "--real", name, "--fake", name, "--count", "10", "--json").json();
    assertThat(half.get("protocol").get("fake_images").asInt()).isEqualTo(10);
  }

  @Test
  void picturesOfSuperclassesAreClassifiedToo() throws IOException {
    Path archive = Path.of("..", "..", "shared", "data", "cifar-100-binary.tar.gz");
    assumeTrue(Files.isRegularFile(archive), "needs the archive of CIFAR-100, " + archive);
    String test = archive + "#test";
    int count = 300;
    JsonNode json =
        run(
                "metrics",
                "--real",
                test,
                "--fake",
                test,
                "--count",
                "300",
                "--extractor",
                "cifar",
                "--json")
            .json();
    // docs/metrics-classifier.md states the accuracy on all of them.
    double deviation = Math.sqrt(0.6552 * (1 - 0.6552) / count);
    assertThat(json.get("accuracy_cifar").asDouble()).isEqualTo(0.6552, within(3 * deviation));
    String noise = pictures("noise", 12, 1, 1, 10);
    assertThat(
            run("metrics", "--real", noise, "--fake", noise, "--json").json().has("accuracy_cifar"))
        .isFalse();
  }

  /** Twelve classes, whose names sort otherwise as texts: 0, 1, 10, 11, 2. */
  @Test
  void classesAreMatchedByName() throws IOException {
    int classes = 12;
    int each = 4;
    byte[] images = new byte[classes * each * SIDE * SIDE * 3];
    long[] labels = new long[classes * each];
    Random random = new Random(5);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / each;
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < SIDE * SIDE; k++) {
        int at = 3 * (i * SIDE * SIDE + k);
        images[at] = (byte) (20 * labels[i] + random.nextInt(10));
        images[at + 1] = (byte) random.nextInt(100);
        images[at + 2] = (byte) (200 - 10 * labels[i]);
        image.setRGB(
            k % SIDE,
            k / SIDE,
            (images[at] & 0xFF) << 16 | (images[at + 1] & 0xFF) << 8 | (images[at + 2] & 0xFF));
      }
      for (String name : List.of("numbers/" + labels[i], "words/w" + labels[i])) {
        Path place = Files.createDirectories(folder.resolve(name));
        ImageIO.write(image, "png", place.resolve("%03d.png".formatted(i)).toFile());
      }
    }
    Path file = folder.resolve("real.npz");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("images", NpyArray.of(images, labels.length, SIDE, SIDE, 3));
      npz.add("labels", NpyArray.of(labels, labels.length));
    }
    String numbers = folder.resolve("numbers").toString();
    for (String[] sides : new String[][] {{file.toString(), numbers}, {numbers, file.toString()}}) {
      Result same = intra(sides[0], sides[1]);
      assertThat(same.json().get("intra_fd_random").asDouble()).isEqualTo(0, within(1e-6));
      assertThat(same.err()).doesNotContain("matched by their order");
    }
    Result other = intra(file.toString(), folder.resolve("words").toString());
    assertThat(other.json().get("intra_fd_random").asDouble()).isGreaterThan(0.01);
    assertThat(other.err())
        .contains("matched by their order (real = generated): 0 = w0, 1 = w1, 2 = w10, 3 = w11");
    // A class that is missing on one side is named, and moves no other.
    try (Stream<Path> gone = Files.list(folder.resolve("numbers/3"))) {
      for (Path picture : gone.toList()) {
        Files.delete(picture);
      }
    }
    assertThat(intra(file.toString(), numbers).err())
        .contains(numbers + ": class 3 (from 0), 3, has 0 pictures");
  }

  private Result intra(String real, String fake) {
    return run("metrics", "--real", real, "--fake", fake, "--metrics", "intra-fid", "--json");
  }

  @Test
  void picturesOfTwoSizesGetOneExtractor() throws IOException {
    assumeTrue(InceptionWeights.fetched().isEmpty(), "Inception takes pictures of every size");
    String small = pictures("small", 12, 1, 1, 10);
    Path large = Files.createDirectories(folder.resolve("large"));
    for (int i = 0; i < 12; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xFFFFFF);
      ImageIO.write(image, "png", large.resolve(i + ".png").toFile());
    }
    for (String[] sides : new String[][] {{small, large.toString()}, {large.toString(), small}}) {
      Result result = run(false, "metrics", "--real", sides[0], "--fake", sides[1], "--json");
      assertThat(result.json().get("protocol").get("extractor").asText()).isEqualTo("random");
      assertThat(result.err())
          .contains("the pictures are of different sizes (")
          .contains("16x16", "32x32", "the extractor of both is random");
    }
  }

  @Test
  void brokenInputIsNamedAndNothingIsWritten() throws IOException {
    String good = pictures("good", 8, 1, 1, 10);
    String bad = pictures("bad", 8, 1, 1, 10);
    Files.writeString(Path.of(bad, "004.png"), "no picture");
    Path out = folder.resolve("out.npy");
    Result result = run("features", "--images", bad, "--out", out.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("004.png: not a readable picture");
    Path saved = folder.resolve("saved.npz");
    result =
        run("metrics", "--real", bad, "--fake", good, "--save-real-statistics", saved.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("004.png: not a readable picture");
    assertThat(result.out()).isEmpty();
    BufferedImage larger = new BufferedImage(20, 24, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(larger, "png", Path.of(bad, "004.png").toFile());
    assertThat(run("metrics", "--real", good, "--fake", bad).err())
        .contains("004.png: the picture is 20 x 24 pixels")
        .contains("000.png is 16 x 16");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("good", "bad", "cache");
    }
  }

  @Test
  void whatDoesNotSufficeIsSaid() throws IOException {
    String five = pictures("five", 5, 1, 1, 10);
    String one = pictures("one", 1, 1, 1, 10);
    assertThat(run("metrics", "--real", five, "--fake", one).err())
        .contains(one + ": 1 pictures are too few; fid needs at least 2");
    assertThat(run("metrics", "--real", five, "--fake", five, "--metrics", "prdc").err())
        .contains("5 pictures are too few; prdc needs at least 6");
    String twelve = pictures("twelve", 12, 1, 1, 10);
    assertThat(run("metrics", "--real", twelve, "--fake", twelve, "--metrics", "is").err())
        .contains("--real has no effect with --metrics is; add a metric that compares");
    assertThat(run("metrics", "--fake", twelve, "--metrics", "is").err())
        .contains("the extractor random has none");
    assertThat(run("metrics", "--real", folder + "/none", "--fake", five).err())
        .contains("none: there is no such file or folder");
    String classes = pictures("classes", 3, 2, 1, 10);
    assertThat(run("metrics", "--real", classes, "--fake", classes, "--metrics", "intra-fid").err())
        .contains("class 1 (from 0), class1, has 1 pictures; intra-fid needs at least 2");
    Files.writeString(folder.resolve("cifar-100.tar.gz"), "x");
    assertThat(run("metrics", "--real", folder + "/cifar-100.tar.gz", "--fake", five).err())
        .contains("name the part");
    assertThat(run("metrics", "--real", folder + "/cifar-100.tar.gz#test", "--fake", five).err())
        .contains("expected a complete gzip-compressed tar archive");
    assertThat(
            run(
                    "metrics",
                    "--real",
                    five,
                    "--fake",
                    five,
                    "--extractor",
                    "inception",
                    "--weights",
                    folder + "/none.pb")
                .err())
        .contains("none.pb: there is no such file");
    assertThat(run("features", "--images", five, "--out", folder + "/f.npy", "--logits").err())
        .contains("the extractor random has no classifier");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metrics --fake x",
        "metrics --real x",
        "metrics --real x --fake x --metrics fid,nope",
        "metrics --real x --fake x --batch 0",
        "metrics --real x --fake x --count 1",
        "metrics --real x --fake x --metrics kid --save-real-statistics y",
        "features --images x",
        "features --out x"
      })
  void badUsageIsRefused(String line) {
    Result result = run(line.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("--help");
  }
}
