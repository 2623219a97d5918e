package io.troupe.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BilinearResizeTest {
  private static final int SIZE = 299;

  /** The definition: the source of pixel i is i * in / out, the last row and column repeat. */
  @ParameterizedTest
  @CsvSource({"32, 32", "1, 1", "2, 7", "7, 2", "299, 299", "400, 64", "64, 701", "598, 598"})
  void everyPixelIsTheBlendOfItsFourNeighbours(int height, int width) {
    byte[] levels = new byte[5 + height * width * 3];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (i * 97 + i / 7 * 31);
    }
    float[] resized = resize(levels, 5, height, width);
    double most = 0;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        for (int colour = 0; colour < 3; colour++) {
          double sourceY = (double) y * height / SIZE;
          double sourceX = (double) x * width / SIZE;
          int top = (int) Math.floor(sourceY + 1e-9);
          int left = (int) Math.floor(sourceX + 1e-9);
          int bottom = Math.min(top + 1, height - 1);
          int right = Math.min(left + 1, width - 1);
          double down = sourceY - top;
          double across = sourceX - left;
          double expected =
              (1 - down) * (1 - across) * (levels[at(top, left, width, colour)] & 255)
                  + (1 - down) * across * (levels[at(top, right, width, colour)] & 255)
                  + down * (1 - across) * (levels[at(bottom, left, width, colour)] & 255)
                  + down * across * (levels[at(bottom, right, width, colour)] & 255);
          most =
              Math.max(
                  most, Math.abs(resized[(y * SIZE + x) * 3 + colour] - (expected - 128) / 128));
        }
      }
    }
    assertThat(most).isLessThan(2e-4);
  }

  private static int at(int y, int x, int width, int colour) {
    return 5 + (y * width + x) * 3 + colour;
  }

  @Test
  void levelsBecomeNumbersFromMinusOneToBelowOne() {
    byte[] levels = {0, (byte) 128, (byte) 255};
    float[] resized = resize(levels, 0, 1, 1);
    assertThat(resized[0]).isEqualTo(-1);
    assertThat(resized[1]).isZero();
    assertThat(resized[2]).isEqualTo(127 / 128f);
  }

  private static float[] resize(byte[] levels, int offset, int height, int width) {
    FloatBuffer target = FloatBuffer.allocate(SIZE * SIZE * 3 + 1);
    new BilinearResize(height, width).resize(levels, offset, target, 1);
    float[] resized = new float[SIZE * SIZE * 3];
    target.get(1, resized);
    return resized;
  }
}
