package io.troupe.data;

/** A decoded image of any size: 8-bit RGB, rows from the top, channels interleaved. */
final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] pixels;

  /** An image of {@code width * height * 3} bytes, which are not copied. */
  RgbImage(int width, int height, byte[] pixels) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
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
