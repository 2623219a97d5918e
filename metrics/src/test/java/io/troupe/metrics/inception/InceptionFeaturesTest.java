package io.troupe.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.data.npz.NpzReader;
import io.troupe.models.compile.CompiledGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network with random weights, against what an independent implementation has computed from the
 * same ones. Both weights and results are made by tools next to the checkout.
 */
@Tag("parity")
class InceptionFeaturesTest {
  private static final Path SHARED = Path.of("..", "..", "shared");
  private static final Path TOOL = SHARED.resolve("tools/make_inception_fixture.py");
  private static final Path RESULTS = SHARED.resolve("data/inception-fixture-seed1.npz");
  private static final int BATCH = 3;
  private static final int COUNT = 4;
  private static final int IMAGE = 32 * 32 * 3;

  @TempDir private static Path folder;

  private static InceptionFeatures extractor;
  private static byte[] pixels;
  private static float[] pool3;
  private static float[] logits;

  @BeforeAll
  static void load() throws IOException, InterruptedException {
    assumeTrue(Files.exists(TOOL), "there is no " + TOOL.toAbsolutePath());
    assumeTrue(Files.exists(RESULTS), "there is no " + RESULTS.toAbsolutePath());
    Path weights = folder.resolve("fixture.pb");
    assumeTrue(
        succeeds("python3", weights) || succeeds("/usr/bin/python3", weights),
        "there is no python3 with numpy");
    extractor =
        new InceptionFeatures(
            InceptionWeights.read(weights), 32, 32, BATCH, CompiledGraph::compile);
    try (NpzReader npz = new NpzReader(RESULTS)) {
      pixels = npz.read("images").bytes();
      pool3 = npz.read("pool3").floats();
      logits = npz.read("logits_unbiased").floats();
    }
  }

  private static boolean succeeds(String python, Path weights)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  List.of(python, TOOL.toString(), "--seed", "1", "--out", weights.toString()))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("python.log").toFile())
              .start();
    } catch (IOException e) {
      // There is no such program.
      return false;
    }
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  @AfterAll
  static void close() {
    if (extractor != null) {
      extractor.close();
    }
  }

  @Test
  void agreesWithAnIndependentImplementation() {
    float[] features = new float[COUNT * 2048];
    float[] found = new float[COUNT * 1008];
    extractor.extract(pixels, 32, 32, COUNT, features, found);
    assertClose(features, pool3);
    assertClose(found, logits);
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("number %d", i)
          .isCloseTo(expected[i], within(1e-4 * largest));
    }
  }

  @Test
  void aRowDependsOnItsImageAlone() {
    float[] all = new float[COUNT * 2048];
    extractor.extract(pixels, 32, 32, COUNT, all, new float[COUNT * 1008]);
    for (int i : new int[] {1, COUNT - 1}) {
      float[] one = new float[2048];
      byte[] image = Arrays.copyOfRange(pixels, i * IMAGE, (i + 1) * IMAGE);
      extractor.extract(image, 32, 32, 1, one, new float[1008]);
      assertThat(one).isEqualTo(Arrays.copyOfRange(all, i * 2048, (i + 1) * 2048));
    }
  }

  @Test
  void floatsAreRoundedToTheLevelsOfPngFiles() {
    float[] images = new float[2 * IMAGE];
    for (int i = 0; i < images.length; i++) {
      // Up to 0.49 levels away, and outside of the range.
      float level = (pixels[i] & 0xFF) + (i % 99 - 49) / 100f;
      images[i] = level / 127.5f - 1;
      if ((pixels[i] & 0xFF) == 255) {
        images[i] = 1.5f;
      }
    }
    float[] expected = new float[2 * 2048];
    float[] expectedLogits = new float[2 * 1008];
    extractor.extract(pixels, 32, 32, 2, expected, expectedLogits);
    float[] features = new float[2 * 2048];
    float[] found = new float[2 * 1008];
    extractor.extract(images, 2, features, found);
    assertThat(features).isEqualTo(expected);
    assertThat(found).isEqualTo(expectedLogits);
    Arrays.fill(features, 0);
    extractor.extract(images, 2, features);
    assertThat(features).isEqualTo(expected);
  }

  @Test
  void takesImagesOfOtherSizes() {
    float[] features = new float[2048];
    extractor.extract(new byte[40 * 60 * 3], 40, 60, 1, features, new float[1008]);
    float[] same = new float[2048];
    extractor.extract(new byte[3], 1, 1, 1, same, new float[1008]);
    assertThat(same).isEqualTo(features);
    assertThat(features).isNotEqualTo(Arrays.copyOf(pool3, 2048));
  }

  @Test
  void refusesArraysThatAreTooShort() {
    assertThatThrownBy(() -> extractor.extract(new float[IMAGE], 2, new float[2 * 2048]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 pictures of 32 x 32 x 3");
    assertThatThrownBy(() -> extractor.extract(pixels, 32, 32, 1, new float[2047], new float[1008]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(extractor.dimension()).isEqualTo(2048);
    assertThat(extractor.classes()).isEqualTo(1008);
    assertThat(extractor.name()).isEqualTo("inception");
  }
}
