package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;
import io.troupe.metrics.StatisticsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsCommandTest extends MetricsRuns {
  private static GaussianStatistics statistics(float... rows) {
    try (FeatureAccumulator accumulator = new FeatureAccumulator(160)) {
      accumulator.add(rows, rows.length / 160);
      return accumulator.statistics();
    }
  }

  @Test
  void scoresAreThoseOfTheFeatures() throws IOException {
    String real = pictures("real", 30, 2, 1, 10);
    String fake = pictures("fake", 24, 2, 2, 60);
    Cli result =
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
    Cli first =
        run("metrics", "--real", real, "--fake", fake, "--json", "--save-real-statistics", saved);
    assertThat(first.err()).contains(real + ": 30 of 30 pictures");
    Cli second = run("metrics", "--real", real, "--fake", fake, "--json");
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
    Cli result = run("metrics", "--real", real, "--fake", fake, "--tsne", plot.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(500);
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
      Cli same = intra(sides[0], sides[1]);
      assertThat(same.json().get("intra_fd_random").asDouble()).isEqualTo(0, within(1e-6));
      assertThat(same.err()).doesNotContain("matched by their order");
    }
    Cli other = intra(file.toString(), folder.resolve("words").toString());
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

  @Test
  void brokenInputIsNamedAndNothingIsWritten() throws IOException {
    String good = pictures("good", 8, 1, 1, 10);
    String bad = pictures("bad", 8, 1, 1, 10);
    Files.writeString(Path.of(bad, "004.png"), "no picture");
    Path out = folder.resolve("out.npy");
    Cli result = run("features", "--images", bad, "--out", out.toString());
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
    Cli result = run(line.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("--help");
  }
}
