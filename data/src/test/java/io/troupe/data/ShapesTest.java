package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.troupe.config.DatasetSettings.Split;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShapesTest {
  private static final int BYTES = 32 * 32 * 3;

  @Test
  void hasTwentyNamedClassesOfEqualSize() {
    Shapes shapes = new Shapes(1, Split.TRAIN, 200);
    int[] counts = new int[20];
    for (int i = 0; i < shapes.size(); i++) {
      counts[shapes.label(i)]++;
    }

    assertThat(shapes.classNames())
        .hasSize(20)
        .doesNotHaveDuplicates()
        .startsWith("warm disc", "warm ring")
        .endsWith("cool stripes", "cool checkerboard");
    assertThat(counts).containsOnly(10);
  }

  @Test
  void imagesDependOnSeedSplitAndIndexAlone() {
    Shapes shapes = new Shapes(1, Split.TRAIN, 1000);
    byte[] first = image(shapes, 540);
    image(shapes, 3);

    assertThat(image(shapes, 540)).isEqualTo(first);
    assertThat(image(new Shapes(1, Split.TRAIN, 541), 540)).isEqualTo(first);
    assertThat(image(new Shapes(2, Split.TRAIN, 1000), 540)).isNotEqualTo(first);
    assertThat(image(new Shapes(1, Split.TEST, 1000), 540)).isNotEqualTo(first);
    assertThat(image(shapes, 560)).isNotEqualTo(first);
  }

  @Test
  void warmImagesAreRedderThanCoolOnes() {
    Shapes shapes = new Shapes(3, Split.TRAIN, 400);
    for (int i = 0; i < shapes.size(); i++) {
      byte[] image = image(shapes, i);
      int redMinusBlue = 0;
      for (int k = 0; k < BYTES; k += 3) {
        redMinusBlue += (image[k] & 255) - (image[k + 2] & 255);
      }
      boolean warm = shapes.classNames().get(shapes.label(i)).startsWith("warm");
      assertThat(redMinusBlue > 0).as("picture %d is warm", i).isEqualTo(warm);
    }
  }

  /** Chance is 5 %. */
  @Test
  void nearestNeighbourTellsTheClassesApart() {
    Shapes train = new Shapes(4, Split.TRAIN, 2000);
    Shapes test = new Shapes(4, Split.TEST, 300);
    int[][] known = new int[train.size()][];
    Arrays.setAll(known, i -> halved(image(train, i)));
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      int[] query = halved(image(test, i));
      int best = Integer.MAX_VALUE;
      int nearest = -1;
      for (int j = 0; j < known.length; j++) {
        int distance = squaredDistance(query, known[j]);
        if (distance < best) {
          best = distance;
          nearest = j;
        }
      }
      right += train.label(nearest) == test.label(i) ? 1 : 0;
    }

    assertThat(right / (double) test.size()).isGreaterThan(0.6);
  }

  @Test
  void refusesIndicesAndTargetsThatAreOutOfRange() {
    Shapes shapes = new Shapes(1, Split.TRAIN, 10);
    for (int index : new int[] {-1, 10}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> shapes.label(index));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> image(shapes, index));
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> shapes.read(0, new byte[BYTES - 1]));
  }

  private static byte[] image(Dataset dataset, int index) {
    byte[] image = new byte[BYTES];
    dataset.read(index, image);
    return image;
  }

  /** Sums of two by two pixels, by channel. */
  private static int[] halved(byte[] image) {
    int[] halved = new int[BYTES / 4];
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        for (int channel = 0; channel < 3; channel++) {
          halved[3 * (row / 2 * 16 + column / 2) + channel] +=
              image[3 * (row * 32 + column) + channel] & 255;
        }
      }
    }
    return halved;
  }

  private static int squaredDistance(int[] a, int[] b) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
