package io.troupe.data;

/** A decoded picture of any size: 8-bit RGB, rows from the top, channels interleaved. */
final class RgbPicture {
  private final int width;
  private final int height;
  private final byte[] pixels;

  /** A picture of {@code width * height * 3} bytes, which are not copied. */
  RgbPicture(int width, int height, byte[] pixels) {
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
