package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SquaresTest {
  private static Squares cropped(int side) {
    return new Squares(side, Fit.CROP, Filter.BILINEAR);
  }

  /** Pillow's resize and crop, with sizes computed as torchvision does; see make_fixtures.py. */
  @ParameterizedTest
  @CsvSource({
    "landscape, 1",
    "landscape, 6",
    "landscape, 21",
    "portrait, 1",
    "portrait, 6",
    "portrait, 21",
  })
  void pixelsArePillows(String name, int side) throws IOException {
    RgbImage image =
        ImageDecoder.decode(Files.readAllBytes(Fixtures.path("pictures/" + name + ".png")), false);
    try (NpzReader npz = new NpzReader(Fixtures.path("pictures/expected.npz"))) {
      assertThat(cropped(side).of(image)).isEqualTo(npz.read(name + "-" + side).bytes());
    }
  }

  /** Pillow's pixels, up and down, for odd sizes and single pixels; see squares.py. */
  @ParameterizedTest
  @EnumSource(Fit.class)
  void everyFilterAndFitIsPillows(Fit fit) throws IOException {
    int checked = 0;
    try (NpzReader npz = new NpzReader(Fixtures.path("squares.npz"))) {
      for (String name : npz.names()) {
        String[] parts = name.split(" ", -1);
        if (!parts[0].equals(fit.name().toLowerCase(Locale.ROOT))) {
          continue;
        }
        Filter filter = Filter.valueOf(parts[1].toUpperCase(Locale.ROOT));
        int width = Integer.parseInt(parts[2]);
        int height = Integer.parseInt(parts[3]);
        byte[] pixels = npz.read("image %d %d".formatted(width, height)).bytes();
        Squares squares = new Squares(Integer.parseInt(parts[4]), fit, filter);
        assertThat(squares.of(new RgbImage(width, height, pixels)))
            .as(name)
            .isEqualTo(npz.read(name).bytes());
        checked++;
      }
    }
    assertThat(checked).isEqualTo(180);
  }

  @Test
  void aSquareOfTheSameSizeIsLeftAsItIs() {
    byte[] pixels = new byte[3 * 5 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (37 * i);
    }
    assertThat(cropped(5).of(new RgbImage(5, 5, pixels))).isEqualTo(pixels);
  }

  @Test
  void evenImagesStayEven() {
    byte[] pixels = new byte[3 * 31 * 17];
    Arrays.fill(pixels, (byte) 255);
    assertThat(cropped(7).of(new RgbImage(31, 17, pixels))).hasSize(3 * 7 * 7).containsOnly(255);
  }
}
