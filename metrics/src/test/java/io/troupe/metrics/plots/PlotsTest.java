package io.troupe.metrics.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.FeatureSample;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class PlotsTest {
  private static final int CLASSES = 4;
  private static final int DIMENSION = 20;

  @TempDir private Path folder;

  /** Classes are groups around points that are far from each other. */
  private static FeatureSample sample(int count, int seed) {
    Random random = new Random(seed);
    float[] features = new float[count * DIMENSION];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % CLASSES;
      for (int k = 0; k < DIMENSION; k++) {
        features[i * DIMENSION + k] = (float) random.nextGaussian() + (k == labels[i] ? 100 : 0);
      }
    }
    FeatureSample sample = new FeatureSample(DIMENSION, count, count);
    sample.add(features, labels, count);
    return sample;
  }

  @Test
  void groupsOfFeaturesAreGroupsInThePlane() {
    FeatureSample real = sample(80, 1);
    FeatureSample fake = sample(60, 2);
    double[][] places = placed(PlaneMap.of(real, fake));
    assertThat(places).hasDimensions(140, 2);
    int right = 0;
    for (int i = 0; i < places.length; i++) {
      int nearest = -1;
      for (int j = 0; j < places.length; j++) {
        if (j != i && (nearest < 0 || distance(places, i, j) < distance(places, i, nearest))) {
          nearest = j;
        }
      }
      right += label(real, fake, i) == label(real, fake, nearest) ? 1 : 0;
    }
    assertThat(right).isEqualTo(140);
    assertThat(placed(PlaneMap.of(real, fake))).isDeepEqualTo(places);
  }

  @Test
  void distancesWithinAGroupAreKept() {
    // Points of a line: those that follow each other are neighbours in the plane too.
    int count = 60;
    double[][] distances = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        distances[i][j] = (i - j) * (i - j) * 1e-3;
      }
    }
    double[][] places = placed(new Tsne(distances, 5, new CounterRandom(3, Stream.METRICS, 0, 0)));
    double near = 0;
    double far = 0;
    for (int i = 0; i + 20 < count; i++) {
      near = Math.max(near, distance(places, i, i + 1));
      far += distance(places, i, i + 20) / (count - 20);
    }
    assertThat(far).isGreaterThan(3 * near);
  }

  private static double[][] placed(Tsne tsne) {
    while (tsne.advance()) {
      // Until it is done.
    }
    return tsne.places();
  }

  private static int label(FeatureSample real, FeatureSample fake, int i) {
    return i < real.size() ? real.label(i) : fake.label(i - real.size());
  }

  private static double distance(double[][] places, int i, int j) {
    return Math.hypot(places[i][0] - places[j][0], places[i][1] - places[j][1]);
  }

  @Test
  void aPlotOfFeaturesHasAColourForEachClass() throws IOException {
    Path file = folder.resolve("features.png");
    List<String> names = List.of("apples", "bottles", "cats", "doors");
    FeaturePlot plot = new FeaturePlot(sample(80, 1), sample(60, 2));
    while (plot.advance()) {
      // Until all are placed.
    }
    Files.write(file, plot.png("others", names));
    assertThat(colours(file)).hasSizeGreaterThan(8);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsOneExceptionAndNoTrace() {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(
              () ->
                  CurvePlot.write(
                      folder.resolve("missing/loss.png"),
                      "loss",
                      List.of(new CurvePlot.Curve("loss", List.of(1L, 2L), List.of(3.0, 4.0)))))
          .isInstanceOf(NoSuchFileException.class);
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aPlotOfCurvesLeavesOutWhatIsNotFinite() throws IOException {
    Path file = folder.resolve("loss.png");
    List<Long> steps = LongStream.range(0, 50).mapToObj(i -> i * 1000).toList();
    CurvePlot.write(
        file,
        "loss",
        List.of(
            new CurvePlot.Curve(
                "discriminator",
                steps,
                steps.stream().map(s -> 1.0 + 2000.0 / (s + 1000)).toList()),
            new CurvePlot.Curve(
                "generator",
                steps,
                steps.stream().map(s -> s == 9000 ? Double.NaN : Math.sin(s * 1e-4)).toList()),
            new CurvePlot.Curve("nothing", List.of(1L), List.of(Double.NaN))));
    assertThat(colours(file)).hasSizeGreaterThan(4);
    assertThatThrownBy(
            () ->
                CurvePlot.write(
                    file, "fid", List.of(new CurvePlot.Curve("x", List.of(), List.of()))))
        .hasMessageContaining("fid: there is no value to plot");
    assertThatThrownBy(() -> new CurvePlot.Curve("x", List.of(1L), List.of()))
        .hasMessageContaining("1 positions and 0 values");
  }

  @ParameterizedTest
  @CsvSource({"0.1, true, true", "0.1, false, false", "0, true, false", "-0.1, true, false"})
  void equalRatiosAreEquallyFarApartOnALogarithmicAxis(
      double last, boolean wanted, boolean logarithmic) {
    List<Double> values = List.of(8.0, 4.0, Double.NaN, 2.0, last);
    XYChart chart =
        CurvePlot.chart(
            new CurvePlot.Panel(
                "fid",
                "step",
                wanted,
                List.of(new CurvePlot.Curve("one", List.of(1, 2, 3, 4, 5), values))));

    double[] places = chart.getSeriesMap().get("one").getYData();
    assertThat(places[0] - places[1])
        .isCloseTo((places[1] - places[3]) * (logarithmic ? 1 : 2), within(1e-12));
    assertThat(places[2]).isNaN();
    // The axis names at each place the value that is drawn there.
    Function<Double, String> tick = chart.getStyler().getyAxisTickLabelsFormattingFunction();
    for (int i : new int[] {0, 1, 3, 4}) {
      assertThat(Double.parseDouble(tick.apply(places[i]))).isCloseTo(values.get(i), within(1e-9));
    }
  }

  /** Else a curve would be taken for another one of the same colour in the plot beside it. */
  @Test
  void aCurveKeepsItsColourWhereOthersHaveNoValue() {
    List<Integer> steps = List.of(1, 2);
    CurvePlot.Curve first = new CurvePlot.Curve("first", steps, List.of(3.0, 4.0));
    CurvePlot.Curve second = new CurvePlot.Curve("second", steps, List.of(5.0, 6.0));
    CurvePlot.Curve nothing = new CurvePlot.Curve("first", List.of(), List.of());
    XYChart both =
        CurvePlot.chart(new CurvePlot.Panel("loss", "step", false, List.of(first, second)));
    XYChart one =
        CurvePlot.chart(new CurvePlot.Panel("fid", "step", false, List.of(nothing, second)));

    XYSeries before = both.getSeriesMap().get("second");
    XYSeries after = one.getSeriesMap().get("second");
    assertThat(after.getLineColor())
        .isEqualTo(before.getLineColor())
        .isNotEqualTo(both.getSeriesMap().get("first").getLineColor());
    assertThat(after.getMarkerColor()).isEqualTo(before.getMarkerColor());
    assertThat(one.getStyler().isLegendVisible()).isTrue();
  }

  /** Where there are few, ticks are at positions: as of two runs that were scored once each. */
  @ParameterizedTest
  @CsvSource({"0.5003, 0.5021", "0.0028, 0.0033", "20000, 20001"})
  void positionsThatAreNearEachOtherHaveTicks(double left, double right) throws IOException {
    CurvePlot.Curve curve = new CurvePlot.Curve("one", List.of(left, right), List.of(3.0, 4.0));
    XYChart chart =
        CurvePlot.chart(new CurvePlot.Panel("fid", "hours in training", false, List.of(curve)));
    chart.getStyler().setAxisTitlesVisible(false);

    BufferedImage image = BitmapEncoder.getBufferedImage(chart);
    int dark = 0;
    for (int y = image.getHeight() - 30; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        dark += new Color(image.getRGB(x, y)).getRed() < 100 ? 1 : 0;
      }
    }
    assertThat(dark).isGreaterThan(50);
  }

  @ParameterizedTest
  @CsvSource({
    "3.288237279738576, 3.288",
    "-0.25, -0.25",
    "0.021912818599, 0.02191",
    "20000, 20000",
    "0, 0"
  })
  void ticksHaveFewDigits(double value, String tick) {
    assertThat(CurvePlot.rounded(value)).isEqualTo(tick);
  }

  /** In a process of its own, whose fontconfig knows no font: so it is in slim containers. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aJavaWithoutFontsIsSaidAndKillsNothing() throws Exception {
    Path none = folder.resolve("fonts.conf");
    Files.writeString(none, "<fontconfig></fontconfig>");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Duser.home=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            folder.resolve("loss.png").toString());
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output).contains("IOException: this Java finds no fonts").contains("fonts-dejavu");
    assertThat(folder.resolve("loss.png")).doesNotExist();
  }

  /** Draws a plot and prints what prevents it. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      CurvePlot.Curve curve = new CurvePlot.Curve("loss", List.of(1L, 2L), List.of(3.0, 4.0));
      try {
        CurvePlot.write(Path.of(arguments[0]), "loss", List.of(curve));
      } catch (IOException e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void tooFewVectorsAreRefused() {
    assertThatThrownBy(() -> PlaneMap.of(sample(4, 1), sample(5, 2)))
        .hasMessageContaining("at least 10 vectors, got 9");
  }

  @Test
  void aSampleIsARandomDrawOfAll() {
    int total = 3000;
    FeatureSample sample = new FeatureSample(1, total, 1000);
    for (int i = 0; i < total; i++) {
      sample.add(new float[] {i}, new int[] {i}, 1);
    }
    assertThat(sample.size()).isEqualTo(1000);
    double mean = IntStream.range(0, sample.size()).map(sample::label).average().orElseThrow();
    // Uniform on 0 to 2,999 has mean 1,499.5; the mean of the draw deviates by 22.
    assertThat(mean).isBetween(1400.0, 1600.0);
    assertThat(sample.vector(7)[0]).isEqualTo(sample.label(7));
  }

  private static Set<Integer> colours(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }
}
