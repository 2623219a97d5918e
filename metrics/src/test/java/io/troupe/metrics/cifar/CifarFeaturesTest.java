package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.Cifar100;
import io.troupe.data.Dataset;
import io.troupe.data.Shapes;
import io.troupe.data.npz.NpyArray;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parity")
class CifarFeaturesTest {
  private static final Path ARCHIVE =
      Path.of("..", "..", "shared", "data", "cifar-100-binary.tar.gz");
  private static final int LENGTH = 32 * 32 * 3;

  /** Of the 10,000 test images; docs/metrics-classifier.md says it. */
  private static final double STATED_ACCURACY = 0.6552;

  private static final CifarFeatures CLASSIFIER = new CifarFeatures(32, 32);
  private static final int FEATURES = CLASSIFIER.dimension();
  private static final int CLASSES = CLASSIFIER.classes();

  @AfterAll
  static void close() {
    CLASSIFIER.close();
  }

  @Test
  void theWeightsAreSmall() {
    assertThat(ClassifierWeights.embedded().bytes()).isLessThan(3_000_000);
    assertThat(CLASSIFIER.identity()).isEqualTo(ClassifierWeights.embedded().identity());
    assertThat(CLASSIFIER.name()).isEqualTo("cifar");
    assertThat(FEATURES).isEqualTo(192);
    assertThat(CLASSES).isEqualTo(20);
  }

  /** Expected: PyTorch in float64 on the same weights; scripts/fixtures/cifar_classifier.py. */
  @Test
  void anotherImplementationComputesTheSame() throws IOException {
    int count = 3;
    float[] images = new float[count * LENGTH];
    for (int i = 0; i < images.length; i++) {
      // Three coloured gradients with a texture, of other steepness in each image.
      int image = i / LENGTH;
      int value = i / 96 % 32 * (image + 3) + i / 3 % 32 * 4 + i % 3 * 40 + i * 37 % 29;
      images[i] = value % 256 / 127.5f - 1;
    }
    float[] expected = fixture("classifier-results.npy");
    float[] features = new float[count * FEATURES];
    float[] logits = new float[count * CLASSES];
    CLASSIFIER.extract(images, count, features, logits);
    for (int row = 0; row < count; row++) {
      int at = row * (FEATURES + CLASSES);
      for (int i = 0; i < FEATURES; i++) {
        assertThat(features[row * FEATURES + i]).isEqualTo(expected[at + i], within(2e-4f));
      }
      for (int i = 0; i < CLASSES; i++) {
        assertThat(logits[row * CLASSES + i]).isEqualTo(expected[at + FEATURES + i], within(2e-4f));
      }
    }
  }

  private static float[] fixture(String name) throws IOException {
    try (InputStream in = CifarFeaturesTest.class.getResourceAsStream(name)) {
      return NpyArray.read(in).floats();
    }
  }

  @Test
  void anImagesResultsDoNotDependOnItsBatch() {
    int count = 53;
    float[] images = noise(count, 1);
    float[] features = new float[count * FEATURES];
    float[] logits = new float[count * CLASSES];
    CLASSIFIER.extract(images, count, features, logits);
    float[] withoutLogits = new float[count * FEATURES];
    CLASSIFIER.extract(images, count, withoutLogits);
    assertThat(withoutLogits).isEqualTo(features);
    for (int image : new int[] {52, 50, 17, 0}) {
      float[] aloneFeatures = new float[FEATURES];
      float[] aloneLogits = new float[CLASSES];
      float[] alone = Arrays.copyOfRange(images, image * LENGTH, (image + 1) * LENGTH);
      CLASSIFIER.extract(alone, 1, aloneFeatures, aloneLogits);
      assertThat(aloneFeatures)
          .isEqualTo(Arrays.copyOfRange(features, image * FEATURES, (image + 1) * FEATURES));
      assertThat(aloneLogits)
          .isEqualTo(Arrays.copyOfRange(logits, image * CLASSES, (image + 1) * CLASSES));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CifarFeatures(64, 64))
        .withMessage(
            "cifar features are for pictures of 32 x 32 pixels, got 64 x 64; use another"
                + " extractor");
    float[] images = new float[2 * LENGTH];
    float[] features = new float[2 * FEATURES];
    CLASSIFIER.extract(images, 0, new float[0]);
    assertThatIllegalArgumentException().isThrownBy(() -> CLASSIFIER.extract(images, 3, features));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CLASSIFIER.extract(images, 2, new float[2 * FEATURES - 1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CLASSIFIER.extract(images, 2, features, new float[2 * CLASSES - 1]));
    assertThatIllegalArgumentException().isThrownBy(() -> CLASSIFIER.extract(images, -1, features));
  }

  @Test
  void shapesAreNearShapesAndFarFromNoise() {
    Dataset shapes = new Shapes(1, Split.TRAIN, 800);
    assertThat(distanceToNoise(shapes, 400)).isGreaterThan(10 * distanceOfHalves(shapes, 400));
  }

  @Test
  void testImagesAreClassifiedAsStated() {
    Dataset test = testImages();
    int count = 1000;
    float[] logits = new float[count * CLASSES];
    CLASSIFIER.extract(pixels(test, 0, count), count, new float[count * FEATURES], logits);
    ClassificationAccuracy accuracy = new ClassificationAccuracy();
    accuracy.add(logits, CLASSES, IntStream.range(0, count).map(test::label).toArray(), count);
    double deviation = Math.sqrt(STATED_ACCURACY * (1 - STATED_ACCURACY) / count);
    assertThat(accuracy.value()).isEqualTo(STATED_ACCURACY, within(3 * deviation));
    assertThat(distanceToNoise(test, count)).isGreaterThan(20 * distanceOfHalves(test, count));
  }

  private static Dataset testImages() {
    assumeTrue(Files.exists(ARCHIVE), "CIFAR-100 is not at " + ARCHIVE.toAbsolutePath());
    return Cifar100.open(ARCHIVE, Split.TEST, Labels.SUPERCLASS);
  }

  private static double distanceOfHalves(Dataset dataset, int count) {
    return FrechetDistance.between(
        statistics(pixels(dataset, 0, count)), statistics(pixels(dataset, count, count)));
  }

  private static double distanceToNoise(Dataset dataset, int count) {
    return FrechetDistance.between(
        statistics(pixels(dataset, 0, count)), statistics(noise(count, 2)));
  }

  private static GaussianStatistics statistics(float[] images) {
    int count = images.length / LENGTH;
    float[] features = new float[count * FEATURES];
    CLASSIFIER.extract(images, count, features);
    try (FeatureAccumulator accumulator = new FeatureAccumulator(FEATURES)) {
      accumulator.add(features, count);
      return accumulator.statistics();
    }
  }

  private static float[] pixels(Dataset dataset, int first, int count) {
    byte[] image = new byte[LENGTH];
    float[] pixels = new float[count * LENGTH];
    for (int i = 0; i < count; i++) {
      dataset.read(first + i, image);
      for (int k = 0; k < LENGTH; k++) {
        pixels[i * LENGTH + k] = (image[k] & 255) / 127.5f - 1;
      }
    }
    return pixels;
  }

  private static float[] noise(int count, long seed) {
    Random random = new Random(seed);
    float[] images = new float[count * LENGTH];
    for (int i = 0; i < images.length; i++) {
      images[i] = 2 * random.nextFloat() - 1;
    }
    return images;
  }
}
