package io.troupe.config.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures as PNG. They are encoded in memory: given a stream, ImageIO keeps what it writes in a
 * file of the folder for temporary files, which may be full and where a killed process leaves it,
 * and given a file that cannot be written, it prints a stack trace by itself.
 */
public final class PngFiles {
  private PngFiles() {}

  /** A PNG file's content. */
  public static byte[] bytes(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IOException("this Java cannot write PNG files");
      }
    }
    return bytes.toByteArray();
  }
}
