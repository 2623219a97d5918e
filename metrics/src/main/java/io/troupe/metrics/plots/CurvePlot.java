package io.troupe.metrics.plots;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws values against the steps of training: losses, distances, scores. */
public final class CurvePlot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 600;

  /** With more points than this, markers would hide the line. */
  private static final int MOST_MARKERS = 60;

  private static final MathContext TICK_DIGITS = new MathContext(4);

  private CurvePlot() {}

  /**
   * A curve.
   *
   * @param name for the legend
   * @param steps in ascending order
   * @param values as many; where one is not finite the line has a gap
   */
  public record Curve(String name, List<Long> steps, List<Double> values) {
    /** Keeps copies. */
    public Curve {
      steps = List.copyOf(steps);
      values = List.copyOf(values);
      if (steps.size() != values.size()) {
        throw new IllegalArgumentException(
            "curve %s: %d steps and %d values".formatted(name, steps.size(), values.size()));
      }
    }
  }

  /** With few points, ticks would be at their values, which have many digits. */
  static String rounded(double value) {
    return new BigDecimal(value).round(TICK_DIGITS).stripTrailingZeros().toPlainString();
  }

  /**
   * Writes a plot.
   *
   * @param file a PNG file; one that is there is replaced
   * @param title of plot and axis
   * @param curves those without a finite value are left out
   * @throws IllegalArgumentException if no curve has a finite value
   */
  public static void write(Path file, String title, List<Curve> curves) throws IOException {
    Charts.write(List.of(chart(title, curves)), file);
  }

  /**
   * One of several plots of a file.
   *
   * @param title of plot and axis
   */
  public record Panel(String title, List<Curve> curves) {
    /** Keeps a copy. */
    public Panel {
      curves = List.copyOf(curves);
    }
  }

  /**
   * Writes several plots, two beside each other.
   *
   * @param file a PNG file; one that is there is replaced
   * @throws IllegalArgumentException if there is none, or one has no finite value
   */
  public static void write(Path file, List<Panel> panels) throws IOException {
    Charts.write(panels.stream().map(panel -> chart(panel.title(), panel.curves())).toList(), file);
  }

  private static XYChart chart(String title, List<Curve> curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle(title)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setLegendVisible(curves.size() > 1);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    chart.getStyler().setyAxisTickLabelsFormattingFunction(CurvePlot::rounded);
    for (Curve curve : curves) {
      double[] values =
          curve.values().stream()
              .mapToDouble(value -> Double.isFinite(value) ? value : Double.NaN)
              .toArray();
      if (curve.values().stream().noneMatch(Double::isFinite)) {
        continue;
      }
      double[] steps = curve.steps().stream().mapToDouble(Long::doubleValue).toArray();
      XYSeries series = chart.addSeries(curve.name(), steps, values);
      series.setMarker(steps.length > MOST_MARKERS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    }
    if (chart.getSeriesMap().isEmpty()) {
      throw new IllegalArgumentException("%s: there is no value to plot".formatted(title));
    }
    return chart;
  }
}
