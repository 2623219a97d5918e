package io.troupe.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Files of images, made for tests. */
final class TestImages {
  private TestImages() {}

  /** A PNG file of one grey. */
  static byte[] png(int width, int height, int gray) throws IOException {
    return file("png", width, height, BufferedImage.TYPE_INT_RGB, gray);
  }

  /**
   * A file of one grey.
   *
   * @param format of ImageIO
   * @param type of BufferedImage
   */
  static byte[] file(String format, int width, int height, int type, int gray) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int pixel = 0; pixel < width * height; pixel++) {
      image.setRGB(pixel % width, pixel / width, 0xFF000000 | 0x010101 * gray);
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, content)) {
      throw new IllegalArgumentException(format);
    }
    return content.toByteArray();
  }
}
