package io.troupe.metrics.plots;

import io.troupe.config.files.PngFiles;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** What all charts share. */
final class Charts {
  private Charts() {}

  /**
   * Charts of one size as a PNG file's content, two beside each other.
   *
   * @throws IOException if there are no fonts to draw them with
   */
  static byte[] png(List<XYChart> charts) throws IOException {
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
    return PngFiles.bytes(all);
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
