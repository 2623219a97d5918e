package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import io.troupe.metrics.inception.InceptionWeights;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Which pictures 'metrics' and 'features' take, and how they are read. */
class MetricsInputTest extends MetricsRuns {
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
    Cli refused = run("metrics", "--real", real, "--fake", fake, "--json");
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
    Cli text =
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
      Cli result = run(false, "metrics", "--real", sides[0], "--fake", sides[1], "--json");
      assertThat(result.json().get("protocol").get("extractor").asText()).isEqualTo("random");
      assertThat(result.err())
          .contains("the pictures are of different sizes (")
          .contains("16x16", "32x32", "the extractor of both is random");
    }
  }
}
