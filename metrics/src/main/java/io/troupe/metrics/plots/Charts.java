package io.troupe.metrics.plots;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** What all charts share. */
final class Charts {
  private Charts() {}

  /**
   * Writes charts of one size as PNG, two beside each other, whatever the file's name ends with.
   *
   * @throws IOException if it cannot be written, or there are no fonts to draw it with
   */
  static void write(List<XYChart> charts, Path file) throws IOException {
    List<BufferedImage> images = new ArrayList<>();
    for (XYChart chart : charts) {
      chart.getStyler().setChartBackgroundColor(Color.WHITE);
      chart.getStyler().setLegendBorderColor(Color.WHITE);
      images.add(draw(chart));
    }
    int columns = Math.min(2, images.size());
    int width = images.get(0).getWidth();
    int height = images.get(0).getHeight();
    BufferedImage all =
        new BufferedImage(
            columns * width,
            (images.size() + columns - 1) / columns * height,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D brush = all.createGraphics();
    brush.setColor(Color.WHITE);
    brush.fillRect(0, 0, all.getWidth(), all.getHeight());
    for (int i = 0; i < images.size(); i++) {
      brush.drawImage(images.get(i), i % columns * width, i / columns * height, null);
    }
    brush.dispose();
    // Given a file, ImageIO prints a stack trace by itself where that cannot be written.
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      if (!ImageIO.write(all, "png", out)) {
        throw new IOException("this Java cannot write PNG files");
      }
    }
  }

  private static BufferedImage draw(XYChart chart) throws IOException {
    try {
      return BitmapEncoder.getBufferedImage(chart);
    } catch (LinkageError | InternalError e) {
      // Java says so where fontconfig, FreeType or all fonts are missing, as in slim containers. An
      // InternalError would end an actor system.
      throw new IOException(
          "this Java finds no fonts to draw a plot with; install some, e.g. Debian's packages"
              + " fontconfig and fonts-dejavu-core",
          e);
    }
  }
}
