package io.troupe.metrics.plots;

import io.troupe.metrics.FeatureSample;
import java.awt.Color;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws real and generated features in one plane, coloured by class. Placing them takes seconds to
 * minutes for a thousand of either, and is done in small steps. Not thread-safe.
 */
public final class FeaturePlot {
  private static final int WIDTH = 1300;
  private static final int HEIGHT = 1000;
  private static final int MARKER = 6;

  /** The fewest vectors, of both sides together. */
  public static final int FEWEST = PlaneMap.FEWEST;

  private final FeatureSample real;
  private final FeatureSample fake;
  private final Tsne tsne;

  /**
   * A plot of some features, none of which is placed yet.
   *
   * @throws IllegalArgumentException if there are fewer than {@link #FEWEST} vectors
   */
  public FeaturePlot(FeatureSample real, FeatureSample fake) {
    this.real = real;
    this.fake = fake;
    tsne = PlaneMap.of(real, fake);
  }

  /** Bytes that placing some vectors takes at most, besides the vectors. */
  public static long workBytes(int vectors) {
    return Tsne.bytes(vectors);
  }

  /** Does a step of placing the features; whether there was one left. */
  public boolean advance() {
    return tsne.advance();
  }

  /**
   * The plot as far as it is done, as a PNG file's content: circles are real and crosses generated
   * images.
   *
   * @param generated what the generated images are of, for the title
   * @param classNames by label
   */
  public byte[] png(String generated, List<String> classNames) throws IOException {
    double[][] places = tsne.places();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("t-SNE of features: circles are real, crosses " + generated)
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
    return Charts.png(List.of(chart));
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
