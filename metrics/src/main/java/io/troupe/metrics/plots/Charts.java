package io.troupe.metrics.plots;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** What all charts share. */
final class Charts {
  private Charts() {}

  /** Writes a chart as PNG, whatever the file's name ends with. */
  static void write(XYChart chart, Path file) throws IOException {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    if (!ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile())) {
      throw new IOException("this Java cannot write PNG files");
    }
  }
}
