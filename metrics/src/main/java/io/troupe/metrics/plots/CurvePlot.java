package io.troupe.metrics.plots;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws values against the progress of training: losses, distances, scores. */
public final class CurvePlot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 600;

  /** With more points than this, markers would hide the line. */
  private static final int MOST_MARKERS = 60;

  private static final double LN_2 = Math.log(2);

  private static final MathContext TICK_DIGITS = new MathContext(4);

  private CurvePlot() {}

  /**
   * A curve.
   *
   * @param name for the legend
   * @param positions steps, or what else the axis shows, in ascending order
   * @param values as many; where one is not finite the line has a gap
   */
  public record Curve(String name, List<? extends Number> positions, List<Double> values) {
    /** Keeps copies. */
    public Curve {
      positions = List.copyOf(positions);
      values = List.copyOf(values);
      if (positions.size() != values.size()) {
        throw new IllegalArgumentException(
            "curve %s: %d positions and %d values"
                .formatted(name, positions.size(), values.size()));
      }
    }

    /** Whether there is anything to draw. */
    public boolean isDrawn() {
      return values.stream().anyMatch(Double::isFinite);
    }

    private boolean positive() {
      return values.stream().noneMatch(value -> value <= 0);
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
    Files.write(file, Charts.png(List.of(chart(new Panel(title, "step", false, curves)))));
  }

  /**
   * One of several plots of a file.
   *
   * @param title of the plot and of the axis of values
   * @param against what the other axis shows
   * @param log whether the axis of values is logarithmic; it stays linear where a value is not
   *     above 0
   * @param curves each has the colour of its place among them, which is the same in several plots
   *     if they have the same curves; those without a finite value are left out
   */
  public record Panel(String title, String against, boolean log, List<Curve> curves) {
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
    Files.write(file, Charts.png(panels.stream().map(CurvePlot::chart).toList()));
  }

  static XYChart chart(Panel panel) {
    String title = panel.title();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(panel.against())
            .yAxisTitle(title)
            .build();
    // Inside it would hide the ends of curves.
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setLegendVisible(panel.curves().size() > 1);
    chart.getStyler().setXAxisDecimalPattern("#,##0.####");
    // The chart's own logarithmic axis names powers of ten alone, which few curves cross.
    boolean log = panel.log() && panel.curves().stream().allMatch(Curve::positive);
    DoubleUnaryOperator place = log ? value -> Math.log(value) / LN_2 : value -> value;
    chart
        .getStyler()
        .setyAxisTickLabelsFormattingFunction(
            log ? at -> rounded(Math.pow(2, at)) : CurvePlot::rounded);
    for (int i = 0; i < panel.curves().size(); i++) {
      Curve curve = panel.curves().get(i);
      if (!curve.isDrawn()) {
        continue;
      }
      double[] values =
          curve.values().stream()
              .mapToDouble(
                  value -> Double.isFinite(value) ? place.applyAsDouble(value) : Double.NaN)
              .toArray();
      double[] positions = curve.positions().stream().mapToDouble(Number::doubleValue).toArray();
      XYSeries series = chart.addSeries(curve.name(), positions, values);
      series.setMarker(positions.length > MOST_MARKERS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
      colour(series, i, chart.getStyler());
    }
    if (chart.getSeriesMap().isEmpty()) {
      throw new IllegalArgumentException("%s: there is no value to plot".formatted(title));
    }
    return chart;
  }

  /** As a chart does by itself, but for the curves that are left out. */
  private static void colour(XYSeries series, int place, Styler styler) {
    Color[] colours = styler.getSeriesColors();
    BasicStroke[] lines = styler.getSeriesLines();
    Color colour = colours[place % colours.length];
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setLineStyle(lines[place / colours.length % lines.length]);
  }
}
