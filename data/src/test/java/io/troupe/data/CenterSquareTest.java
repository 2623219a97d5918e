package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CenterSquareTest {
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
      assertThat(CenterSquare.of(image, side)).isEqualTo(npz.read(name + "-" + side).bytes());
    }
  }

  @Test
  void aSquareOfTheSameSizeIsLeftAsItIs() {
    byte[] pixels = new byte[3 * 5 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (37 * i);
    }
    assertThat(CenterSquare.of(new RgbImage(5, 5, pixels), 5)).isEqualTo(pixels);
  }

  @Test
  void evenImagesStayEven() {
    byte[] pixels = new byte[3 * 31 * 17];
    Arrays.fill(pixels, (byte) 255);
    assertThat(CenterSquare.of(new RgbImage(31, 17, pixels), 7))
        .hasSize(3 * 7 * 7)
        .containsOnly(255);
  }
}
