package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Pillow; see scripts/fixtures/pictures.py. */
@Tag("parity")
class ImageFormatsTest {
  static List<String> exactFiles() throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("formats/expected.npz"))) {
      return npz.names().stream()
          .filter(name -> !name.startsWith("orientation") && !name.equals("lossy.webp"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("exactFiles")
  void pixelsArePillows(String name) throws IOException {
    NpyArray expected = expected(name);
    RgbImage image = ImageDecoder.decode(content(name), false);
    assertThat(NpyHeader.of(NpyType.UINT8, image.height(), image.width(), 3))
        .isEqualTo(expected.header());
    assertThat(image.pixels()).isEqualTo(expected.bytes());
  }

  /** The reader doubles the chroma by repetition, Pillow's interpolates it. */
  @Test
  void smoothLossyWebPIsCloseToPillows() throws IOException {
    byte[] expected = expected("lossy.webp").bytes();
    byte[] found = ImageDecoder.decode(content("lossy.webp"), false).pixels();
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 255) - (found[i] & 255));
    }
    assertThat((double) sum / expected.length).isLessThan(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void imagesAreTurnedAsTheCameraNoted(int orientation) throws IOException {
    String name = "orientation-" + orientation + ".png";
    RgbImage image = ImageDecoder.decode(content(name), true);
    NpyArray expected = expected(name);
    assertThat(NpyHeader.of(NpyType.UINT8, image.height(), image.width(), 3))
        .isEqualTo(expected.header());
    assertThat(image.pixels()).isEqualTo(expected.bytes());
  }

  /** Orientation 6 is a quarter turn: what was left is on top. */
  @ParameterizedTest
  @ValueSource(strings = {"turned.jpg", "turned.png", "turned.webp"})
  void everyFormatNotesTheOrientation(String name) throws IOException {
    RgbImage lying = ImageDecoder.decode(content(name), false);
    RgbImage upright = ImageDecoder.decode(content(name), true);
    assertThat(upright.width()).isEqualTo(lying.height());
    for (int y = 0; y < upright.height(); y++) {
      for (int x = 0; x < upright.width(); x++) {
        int from = 3 * ((lying.height() - 1 - x) * lying.width() + y);
        assertThat(upright.pixels()[3 * (y * upright.width() + x)]).isEqualTo(lying.pixels()[from]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "motion.jpg",
        "restarts.jpg",
        "rgb.bmp",
        "palette.bmp",
        "palette.gif",
        "interlaced.gif",
        "animated.gif",
        "lossless.webp",
        "lossy.webp",
        "turned.webp"
      })
  void filesThatAreCutOffAreRefused(String name) throws IOException {
    byte[] whole = content(name);
    int needed = name.equals("motion.jpg") ? content("no-jfif.jpg").length : whole.length;
    for (int length = 0; length < needed * 9 / 10; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (name.equals("animated.gif") && length > needed / 2) {
        break;
      }
      assertThatThrownBy(() -> ImageDecoder.decode(cut, false))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .message()
          .isNotBlank();
    }
  }

  /** An image that is cut off, and what then follows it, its end among it. */
  @Test
  void aJpegThatIsCutOffIsFoundWhateverFollows() throws IOException {
    byte[] whole = content("no-jfif.jpg");
    byte[] film = content("motion.jpg");
    for (int length = whole.length / 2; length < whole.length - 4; length += 7) {
      for (byte[] after : List.of(film, whole, new byte[] {-1, (byte) 0xD9})) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(whole, 0, length);
        file.write(after);
        assertThatThrownBy(() -> ImageDecoder.decode(file.toByteArray(), false))
            .as("%d bytes and %d more", length, after.length)
            .isInstanceOf(IOException.class)
            .message()
            .isNotBlank();
      }
    }
  }

  /** Whatever bytes are wrong, either there is an image, or a reason why there is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "motion.jpg",
        "rgb-wide.png",
        "palette.bmp",
        "offset.gif",
        "lossy.webp",
        "alpha.webp"
      })
  void damagedFilesNeverFailInAnotherWay(String name) throws IOException {
    byte[] whole = content(name);
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + round % 4; i++) {
        damaged[random.nextInt(Math.min(damaged.length, 64 << round % 6))] =
            (byte) random.nextInt(256);
      }
      try {
        assertThat(ImageDecoder.decode(damaged, true).pixels()).isNotEmpty();
      } catch (ImageException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static NpyArray expected(String name) throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("formats/expected.npz"))) {
      return npz.read(name);
    }
  }

  private static byte[] content(String name) throws IOException {
    return Files.readAllBytes(Fixtures.path("formats/" + name));
  }
}
