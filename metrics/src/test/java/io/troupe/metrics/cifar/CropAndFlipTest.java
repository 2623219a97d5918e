package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropAndFlipTest {
  private static final int SIDE = 16;
  private static final CropAndFlip AUGMENTATION = new CropAndFlip(5, SIDE);

  /**
   * Every result is one of the 2 x 9 x 9 possible ones, made the long way, and all of them occur.
   */
  @Test
  void movesByUpToFourPixelsAndMirrors() {
    byte[] image = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 101 % 251 + 1);
    }
    Set<Integer> seen = new HashSet<>();
    float[] result = new float[image.length];
    for (int step = 1; step <= 2000; step++) {
      AUGMENTATION.apply(image, step, 0, result, 0);
      int found = find(image, result);
      assertThat(found).as("step %d", step).isNotNegative();
      seen.add(found);
    }
    assertThat(seen).hasSize(2 * 9 * 9);
  }

  private static int find(byte[] image, float[] result) {
    for (int draw = 0; draw < 2 * 9 * 9; draw++) {
      if (equals(image, result, draw % 2 == 1, draw / 2 / 9 - 4, draw / 2 % 9 - 4)) {
        return draw;
      }
    }
    return -1;
  }

  /** Takes each pixel of the result to where it came from in the image with its border. */
  private static boolean equals(
      byte[] image, float[] result, boolean mirrored, int down, int right) {
    for (int i = 0; i < result.length; i++) {
      int y = i / 3 / SIDE - down;
      int x = i / 3 % SIDE - right;
      float expected = 0;
      if (y >= 0 && y < SIDE && x >= 0 && x < SIDE) {
        int from = mirrored ? SIDE - 1 - x : x;
        expected = (image[(y * SIDE + from) * 3 + i % 3] & 255) / 127.5f - 1;
      }
      if (result[i] != expected) {
        return false;
      }
    }
    return true;
  }

  @Test
  void dependsOnSeedStepAndIndexAlone() {
    byte[] image = new byte[SIDE * SIDE * 3];
    image[(8 * SIDE + 7) * 3] = 100;
    float[] result = new float[2 * image.length];
    AUGMENTATION.apply(image, 9, 3, result, 0);
    new CropAndFlip(5, SIDE).apply(image, 9, 3, result, image.length);
    for (int i = 0; i < image.length; i++) {
      assertThat(result[i]).isEqualTo(result[image.length + i]);
    }
  }
}
