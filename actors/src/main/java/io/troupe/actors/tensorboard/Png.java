package io.troupe.actors.tensorboard;

import io.troupe.actors.sampling.ScaledImage;
import io.troupe.config.files.PngFiles;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A PNG file's content. */
final class Png {
  private final int height;
  private final int width;
  private final byte[] bytes;

  private Png(int height, int width, byte[] bytes) {
    this.height = height;
    this.width = width;
    this.bytes = bytes;
  }

  /** A picture file; one whose longer side has more than {@code most} pixels is made smaller. */
  static Png read(Path file, int most) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    BufferedImage image =
        ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
    if (image == null) {
      throw new IOException(file + " is not a picture");
    }
    int longer = Math.max(image.getHeight(), image.getWidth());
    return longer <= most
        ? new Png(image.getHeight(), image.getWidth(), bytes)
        : scaled(image, (double) most / longer);
  }

  private static Png scaled(BufferedImage image, double factor) throws IOException {
    int height = Math.max(1, (int) Math.round(image.getHeight() * factor));
    int width = Math.max(1, (int) Math.round(image.getWidth() * factor));
    BufferedImage smaller =
        ScaledImage.of(image, width, height, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    return new Png(height, width, PngFiles.bytes(smaller));
  }

  /** In pixels. */
  int height() {
    return height;
  }

  /** In pixels. */
  int width() {
    return width;
  }

  /** The file, which is not to be changed. */
  byte[] bytes() {
    return bytes;
  }
}
