package io.troupe.data;

/** A decoded image of any size: 8-bit RGB, rows from the top, channels interleaved. */
final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] pixels;
  private final String mode;

  /** An image of {@code width * height * 3} bytes, which are not copied, that was RGB. */
  RgbImage(int width, int height, byte[] pixels) {
    this(width, height, pixels, "rgb");
  }

  /** An image of {@code width * height * 3} bytes, which are not copied. */
  RgbImage(int width, int height, byte[] pixels, String mode) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
    this.mode = mode;
  }

  /** What its pixels were before: grey, rgb, palette, cmyk, with alpha or of 16 bits. */
  String mode() {
    return mode;
  }

  /** Pixels from left to right. */
  int width() {
    return width;
  }

  /** Pixels from top to bottom. */
  int height() {
    return height;
  }

  /** The bytes themselves. */
  byte[] pixels() {
    return pixels;
  }
}
