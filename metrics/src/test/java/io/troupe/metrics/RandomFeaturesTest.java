package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomFeaturesTest {
  private static final int SIZE = 32;
  private static final int LENGTH = SIZE * SIZE * 3;

  /** Expected values: an independent float64 implementation in NumPy, Philox included. */
  @Test
  void featuresAgreeWithAnotherImplementation() {
    assertFeatures(
        SIZE,
        SIZE,
        new double[] {0.14097595, 0.45837049, 0.23141026, 0.13290096, 0.87628571, -0.064630004});
  }

  @Test
  void oddAndOblongImagesAgreeToo() {
    assertFeatures(
        17,
        22,
        new double[] {0.29645523, 0.24337824, 0.025378947, 0.061941978, 0.72873623, -0.066428395});
  }

  private static void assertFeatures(int height, int width, double[] expected) {
    float[] image = new float[height * width * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) (i * 37 % 256 / 127.5 - 1);
    }
    RandomFeatures extractor = new RandomFeatures(height, width);
    assertThat(extractor.dimension()).isEqualTo(160);
    float[] features = new float[160];
    extractor.extract(image, 1, features);
    int[] chosen = {0, 31, 32, 95, 96, 159};
    for (int i = 0; i < chosen.length; i++) {
      assertThat((double) features[chosen[i]])
          .as("feature %d", chosen[i])
          .isEqualTo(expected[i], within(1e-5));
    }
  }

  @Test
  void anImagesFeaturesDoNotDependOnItsBatch() {
    int count = 9;
    float[] images = noise(count, new Random(1));
    RandomFeatures extractor = new RandomFeatures(SIZE, SIZE);
    int dimension = extractor.dimension();
    float[] together = new float[count * dimension];
    extractor.extract(images, count, together);
    for (int image = count - 1; image >= 0; image--) {
      float[] alone = new float[dimension];
      extractor.extract(Arrays.copyOfRange(images, image * LENGTH, (image + 1) * LENGTH), 1, alone);
      assertThat(alone)
          .containsExactly(
              Arrays.copyOfRange(together, image * dimension, (image + 1) * dimension));
    }
    assertThat(Arrays.copyOf(together, dimension))
        .isNotEqualTo(Arrays.copyOfRange(together, dimension, 2 * dimension));
  }

  @Test
  void everyExtractorHasTheSameWeights() {
    float[] images = noise(1, new Random(2));
    float[] first = new float[160];
    float[] second = new float[160];
    new RandomFeatures(SIZE, SIZE).extract(images, 1, first);
    new RandomFeatures(SIZE, SIZE).extract(images, 1, second);
    assertThat(second).containsExactly(first);
  }

  @Test
  void halvingAImageHalvesItsFeatures() {
    // Without biases a leaky ReLU network is positively homogeneous; powers of two are exact.
    float[] image = noise(1, new Random(3));
    float[] half = image.clone();
    for (int i = 0; i < half.length; i++) {
      half[i] /= 2;
    }
    RandomFeatures extractor = new RandomFeatures(SIZE, SIZE);
    float[] features = new float[160];
    float[] halfFeatures = new float[160];
    extractor.extract(image, 1, features);
    extractor.extract(half, 1, halfFeatures);
    for (int i = 0; i < features.length; i++) {
      features[i] /= 2;
    }
    assertThat(halfFeatures).containsExactly(features);
  }

  @Test
  void onlyTheCountedImagesAreReadAndWritten() {
    RandomFeatures extractor = new RandomFeatures(SIZE, SIZE);
    float[] features = new float[2 * 160];
    Arrays.fill(features, 7);
    extractor.extract(noise(2, new Random(4)), 1, features);
    assertThat(Arrays.copyOfRange(features, 160, 320)).containsOnly(7);
    assertThat(Arrays.copyOf(features, 160)).doesNotContain(7);
  }

  @Test
  void theDistanceSeparatesImagesFromNoise() {
    GaussianStatistics real = statistics(rectangles(400, new Random(5)));
    GaussianStatistics alike = statistics(rectangles(400, new Random(6)));
    GaussianStatistics noise = statistics(noise(400, new Random(7)));
    double alikeDistance = FrechetDistance.between(real, alike);
    double noiseDistance = FrechetDistance.between(real, noise);
    assertThat(alikeDistance).isGreaterThan(0);
    assertThat(noiseDistance).isGreaterThan(20 * alikeDistance);
  }

  @Test
  void tooSmallImagesAndShortArraysAreRefused() {
    assertThatThrownBy(() -> new RandomFeatures(32, 15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 16 x 16 pixels, got 32 x 15");
    RandomFeatures extractor = new RandomFeatures(SIZE, SIZE);
    assertThatThrownBy(() -> extractor.extract(new float[2 * LENGTH - 1], 2, new float[320]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 pictures of 32 x 32 x 3 need 6144 numbers");
    assertThatThrownBy(() -> extractor.extract(new float[2 * LENGTH], 2, new float[319]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("320 features");
    assertThatThrownBy(() -> extractor.extract(new float[0], -1, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GaussianStatistics statistics(float[] images) {
    int count = images.length / LENGTH;
    RandomFeatures extractor = new RandomFeatures(SIZE, SIZE);
    float[] features = new float[count * extractor.dimension()];
    extractor.extract(images, count, features);
    return Statistics.ofRows(extractor.dimension(), features);
  }

  private static float[] noise(int count, Random random) {
    float[] images = new float[count * LENGTH];
    for (int i = 0; i < images.length; i++) {
      images[i] = 2 * random.nextFloat() - 1;
    }
    return images;
  }

  /** Rectangles of one colour in front of another. */
  private static float[] rectangles(int count, Random random) {
    float[] images = new float[count * LENGTH];
    for (int image = 0; image < count; image++) {
      float[][] colours = new float[2][3];
      for (float[] colour : colours) {
        for (int channel = 0; channel < 3; channel++) {
          colour[channel] = 2 * random.nextFloat() - 1;
        }
      }
      int left = random.nextInt(16);
      int top = random.nextInt(16);
      int right = left + 4 + random.nextInt(12);
      int bottom = top + 4 + random.nextInt(12);
      for (int i = 0; i < LENGTH; i++) {
        int x = i / 3 % SIZE;
        int y = i / 3 / SIZE;
        boolean inside = x >= left && x < right && y >= top && y < bottom;
        images[image * LENGTH + i] = colours[inside ? 1 : 0][i % 3];
      }
    }
    return images;
  }
}
