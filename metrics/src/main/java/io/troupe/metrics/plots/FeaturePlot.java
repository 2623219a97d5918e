package io.troupe.metrics.plots;

import io.troupe.metrics.FeatureSample;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws real and generated features in one plane, coloured by class. */
public final class FeaturePlot {
  private static final int WIDTH = 1300;
  private static final int HEIGHT = 1000;
  private static final int MARKER = 6;

  private FeaturePlot() {}

  /**
   * Writes a plot: circles are real and crosses generated pictures. Takes seconds to minutes for a
   * thousand of either.
   *
   * @param file a PNG file; one that is there is replaced
   * @param classNames by label
   * @throws IllegalArgumentException if there are fewer than 10 vectors
   */
  public static void write(
      Path file, FeatureSample real, FeatureSample fake, List<String> classNames)
      throws IOException {
    double[][] places = PlaneMap.of(real, fake);
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("t-SNE of features: circles are real, crosses generated pictures")
            .build();
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(MARKER);
    chart.getStyler().setAxisTicksVisible(false);
    chart.getStyler().setPlotGridLinesVisible(false);
    for (int label = 0; label < classNames.size(); label++) {
      Color color = Color.getHSBColor((float) label / classNames.size(), 0.9f, brightness(label));
      String name = classNames.get(label);
      boolean named = add(chart, name, true, real, label, places, 0, SeriesMarkers.CIRCLE, color);
      add(
          chart,
          named ? name + " generated" : name,
          !named,
          fake,
          label,
          places,
          real.size(),
          SeriesMarkers.CROSS,
          color.darker());
    }
    Charts.write(chart, file);
  }

  /** Neighbours on the circle of colours differ in brightness. */
  private static float brightness(int label) {
    return label % 2 == 0 ? 0.95f : 0.65f;
  }

  /** Adds the points of one class of one side; whether there are any. */
  private static boolean add(
      XYChart chart,
      String name,
      boolean inLegend,
      FeatureSample sample,
      int label,
      double[][] places,
      int first,
      Marker marker,
      Color color) {
    double[] x = new double[sample.size()];
    double[] y = new double[sample.size()];
    int count = 0;
    for (int i = 0; i < sample.size(); i++) {
      if (sample.label(i) == label) {
        x[count] = places[first + i][0];
        y[count++] = places[first + i][1];
      }
    }
    if (count == 0) {
      return false;
    }
    XYSeries series = chart.addSeries(name, Arrays.copyOf(x, count), Arrays.copyOf(y, count));
    series.setMarker(marker);
    series.setMarkerColor(color);
    series.setShowInLegend(inLegend);
    return true;
  }
}
