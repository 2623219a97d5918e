package io.troupe.metrics.plots;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** What all charts share. */
final class Charts {
  private Charts() {}

  /**
   * Writes a chart as PNG, whatever the file's name ends with.
   *
   * @throws IOException if it cannot be written, or there are no fonts to draw it with
   */
  static void write(XYChart chart, Path file) throws IOException {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    if (!ImageIO.write(draw(chart), "png", file.toFile())) {
      throw new IOException("this Java cannot write PNG files");
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
