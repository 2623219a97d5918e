package io.troupe.actors.sampling;

import io.troupe.config.files.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures in rows and columns, as one PNG. */
public final class SampleGrid {
  private static final int BACKGROUND = 0xFFFFFF;

  private final BufferedImage image;
  private final int pictureHeight;
  private final int pictureWidth;
  private final int gap;

  /**
   * A white grid.
   *
   * @param gap pixels between pictures and around them
   */
  public SampleGrid(int rows, int columns, int pictureHeight, int pictureWidth, int gap) {
    this.pictureHeight = pictureHeight;
    this.pictureWidth = pictureWidth;
    this.gap = gap;
    image =
        new BufferedImage(
            columns * (pictureWidth + gap) + gap,
            rows * (pictureHeight + gap) + gap,
            BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, BACKGROUND);
      }
    }
  }

  /**
   * Sets one picture.
   *
   * @param pictures NHWC in [-1, 1]
   * @param offset of the picture's first element
   */
  public void set(int row, int column, float[] pictures, int offset) {
    int top = gap + row * (pictureHeight + gap);
    int left = gap + column * (pictureWidth + gap);
    int next = offset;
    for (int y = 0; y < pictureHeight; y++) {
      for (int x = 0; x < pictureWidth; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = rgb << 8 | level(pictures[next++]);
        }
        image.setRGB(left + x, top + y, rgb);
      }
    }
  }

  private static int level(float value) {
    return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
  }

  /** Writes the PNG so that it appears complete or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.write(
        file,
        place -> {
          // Given a file, ImageIO prints a stack trace by itself where that cannot be written.
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(place))) {
            if (!ImageIO.write(image, "png", out)) {
              throw new IOException("this Java has no PNG writer");
            }
          }
        });
  }
}
