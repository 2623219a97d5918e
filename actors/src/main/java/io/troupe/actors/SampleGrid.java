package io.troupe.actors;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/** Pictures in rows and columns with a thin gap, as one PNG. */
final class SampleGrid {
  private static final int GAP = 2;
  private static final int BACKGROUND = 0xFFFFFF;

  private final BufferedImage image;
  private final int pictureHeight;
  private final int pictureWidth;

  SampleGrid(int rows, int columns, int pictureHeight, int pictureWidth) {
    this.pictureHeight = pictureHeight;
    this.pictureWidth = pictureWidth;
    image =
        new BufferedImage(
            columns * (pictureWidth + GAP) + GAP,
            rows * (pictureHeight + GAP) + GAP,
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
  void set(int row, int column, float[] pictures, int offset) {
    int top = GAP + row * (pictureHeight + GAP);
    int left = GAP + column * (pictureWidth + GAP);
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
  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    if (!ImageIO.write(image, "png", temporary.toFile())) {
      throw new IOException("this Java has no PNG writer");
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
