package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Pillow, and NumPy for transparency and 16 bits; see make_fixtures.py. */
class ImageDecoderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gray1.png",
        "gray8.png",
        "gray16.png",
        "gray-alpha.png",
        "rgba.png",
        "palette.png",
        "palette-transparent.png",
        "color420.jpg",
        "color444.jpg",
        "progressive.jpg",
        "gray.jpg",
        "cmyk.jpg",
        "ycck.jpg"
      })
  void pixelsArePillows(String name) throws IOException {
    NpyArray expected;
    try (NpzReader npz = new NpzReader(Fixtures.path("pictures/expected.npz"))) {
      expected = npz.read(name);
    }

    RgbImage image = ImageDecoder.decode(content(name), false);

    assertThat(NpyHeader.of(NpyType.UINT8, image.height(), image.width(), 3))
        .isEqualTo(expected.header());
    assertThat(image.pixels()).isEqualTo(expected.bytes());
  }

  /** Of 261 x 12289 pixels, of which 167 bytes have few; it took a minute of a core. */
  @Test
  void aWebpFileThatEndsLongBeforeItsPictureIsRefused() throws IOException {
    byte[] file =
        Files.readAllBytes(
            Path.of("../actors/src/test/resources/io/troupe/actors/fuzz/picture/endless.webp"));
    assertThatThrownBy(() -> ImageDecoder.decode(file, false))
        .isInstanceOf(ImageException.class)
        .hasMessage("the file is cut off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"color420.jpg", "progressive.jpg", "gray8.png", "palette.png"})
  void filesThatAreCutOffAreRefused(String name) throws IOException {
    byte[] whole = content(name);
    for (int length = 0; length < whole.length * 3 / 4; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, false))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .message()
          .isNotBlank();
    }
  }

  @Test
  void jpegFilesThatLackTheirLastBytesAreRefused() throws IOException {
    byte[] whole = content("color420.jpg");
    for (int missing : new int[] {1, 2, 30}) {
      byte[] cut = Arrays.copyOf(whole, whole.length - missing);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, false))
          .hasMessage("the JPEG file is cut off");
    }
  }

  @Test
  void whatFollowsAJpegDoesNotMatter() throws IOException {
    byte[] whole = content("color420.jpg");
    assertThat(ImageDecoder.decode(Arrays.copyOf(whole, whole.length + 5), false).pixels())
        .isEqualTo(ImageDecoder.decode(whole, false).pixels());
  }

  @Test
  void otherContentIsRefused() {
    assertThatThrownBy(() -> ImageDecoder.decode("RIFF....AVI LIST".getBytes(UTF_8), false))
        .hasMessage("not a PNG, JPEG, BMP, GIF or WebP file");
  }

  @ParameterizedTest
  @CsvSource({
    "'', the file is empty",
    "'0000ftypheic', but a HEIC file",
    "'0000ftypavif', but an AVIF file",
    "'MM~*0000', but a TIFF file",
    "'II*~0000', but a TIFF file",
    "'%PDF-1.4', but a PDF file",
    "' <!DOCTYPE html>', but an HTML file",
    "'<?xml version', but an SVG file",
  })
  void whatAFileIsInsteadIsSaid(String begin, String message) {
    byte[] file = begin.replace('~', (char) 0).getBytes(UTF_8);
    assertThatThrownBy(() -> ImageDecoder.decode(file, false))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void imagesOfAbsurdSizeAreRefusedBeforeTheyTakeMemory() throws IOException {
    byte[] file = content("rgba.png");
    // Width and height are at 16 and 20, and the checksum of the header at 29.
    ByteBuffer.wrap(file).putInt(16, 100_000).putInt(20, 30_000);
    CRC32 sum = new CRC32();
    sum.update(file, 12, 17);
    ByteBuffer.wrap(file).putInt(29, (int) sum.getValue());
    assertThatThrownBy(() -> ImageDecoder.decode(file, false))
        .hasMessage("100000 x 30000 are too many pixels, at most 67108864");
  }

  private static byte[] content(String name) throws IOException {
    return Files.readAllBytes(Fixtures.path("pictures/" + name));
  }
}
