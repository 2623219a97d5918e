package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.metrics.plots.CurvePlot;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompareCommandTest {
  @TempDir private Path folder;
  private String one;
  private String two;
  private Path plot;

  @BeforeEach
  void make() throws Exception {
    one = folder.resolve("one").toString();
    two = folder.resolve("two").toString();
    plot = folder.resolve("plots.png");
    RunFixture.of(Path.of(one), "training.steps=20", "seed=1")
        .started()
        .steps(1, 20)
        .scored(10, "\"fid\":21.5,\"is\":3.0")
        .scored(20, "\"fid\":23.25,\"is\":3.5")
        .stopped(20);
    RunFixture.of(Path.of(two), "training.steps=30", "seed=2")
        .started()
        .steps(1, 10)
        .scored(10, "\"fid\":20.25,\"is\":3.25")
        .stopped(10);
  }

  @Test
  void figuresScoresAndSettingsAreBesideEachOther() throws Exception {
    List<String> lines =
        new Comparison(
                List.of(
                    RunCatalogue.below(Path.of(one)).runs().get(0),
                    RunCatalogue.below(Path.of(two)).runs().get(0)),
                List.of("one", "two"))
            .lines(80);

    assertThat(lines)
        .containsExactly(
            "                 one            two",
            "state            finished       stopped",
            "step             20             10",
            "steps            20             30",
            "images/s         32.00          32.00",
            "in training      20 s           10 s",
            "fid              23.25 at 20    20.25 at 10",
            "  best (lower)   21.50 at 10    20.25 at 10 *",
            "is               3.500 at 20    3.250 at 10",
            "  best (higher)  3.500 at 20 *  3.250 at 10",
            "settings that differ:",
            "seed             1              2",
            "training.steps   20             30",
            "* the best of all");
  }

  @Test
  void curvesAreDrawnOverEachOther() throws Exception {
    Cli result = Cli.run("compare", one, two, "--out", plot.toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).endsWith("plot: %s%n".formatted(plot));
    BufferedImage picture = ImageIO.read(plot.toFile());
    // Two losses and two scores, each 1000 by 600.
    assertThat(picture.getWidth()).isEqualTo(2000);
    assertThat(picture.getHeight()).isEqualTo(1200);
  }

  @Test
  void curvesAreAgainstStepsOrImagesOrHours() throws Exception {
    Comparison comparison =
        new Comparison(
            List.of(
                RunCatalogue.below(Path.of(one)).runs().get(0),
                RunCatalogue.below(Path.of(two)).runs().get(0)),
            List.of("one", "two"));

    assertThat(fidOfOne(comparison, Comparison.Against.steps)).isEqualTo(List.of(10L, 20L));
    assertThat(fidOfOne(comparison, Comparison.Against.images)).isEqualTo(List.of(640L, 1280L));
    // 64 pictures a step, which takes a second.
    assertThat(fidOfOne(comparison, Comparison.Against.hours))
        .isEqualTo(List.of(10 / 3600f, 20 / 3600f));
    Cli result = Cli.run("compare", one, two, "--against", "hours", "--out", plot.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Cli.run("compare", one, two, "--against", "epochs").err())
        .contains("steps, images, hours");
  }

  private static List<? extends Number> fidOfOne(
      Comparison comparison, Comparison.Against against) {
    return comparison.panels(against, false).stream()
        .filter(panel -> panel.title().startsWith("fid"))
        .findFirst()
        .orElseThrow()
        .curves()
        .get(0)
        .positions();
  }

  /** Its colour is that of its place, so the run without a score has a place too. */
  @Test
  void aRunWithoutScoreHasItsPlaceInThePlot() throws Exception {
    Path none = folder.resolve("none");
    RunFixture.of(none, "seed=3").started().steps(1, 10).stopped(10);
    Comparison comparison =
        new Comparison(
            List.of(
                RunCatalogue.below(none).runs().get(0),
                RunCatalogue.below(Path.of(two)).runs().get(0)),
            List.of("runs/none", "runs/two"));

    CurvePlot.Panel fid =
        comparison.panels(Comparison.Against.steps, false).stream()
            .filter(panel -> panel.title().startsWith("fid"))
            .findFirst()
            .orElseThrow();
    assertThat(fid.curves()).extracting(CurvePlot.Curve::name).containsExactly("none", "two");
    assertThat(fid.curves()).extracting(CurvePlot.Curve::isDrawn).containsExactly(false, true);
  }

  @Test
  void valuesAreOnALogarithmicAxisIfWanted() throws Exception {
    Path linear = plot.resolveSibling("linear.png");

    assertThat(Cli.run("compare", one, two, "--out", linear.toString()).code()).isZero();
    Cli result = Cli.run("compare", one, two, "--log", "--out", plot.toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.mismatch(linear, plot)).isNotNegative();
  }

  @Test
  void programsGetJson() throws Exception {
    Cli result = Cli.run("compare", one, two, "--json", "--out", plot.toString());

    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.path("runs")).hasSize(2);
    assertThat(json.path("runs").get(1).path("state").asText()).isEqualTo("stopped");
    JsonNode fid = json.path("scores").get(0);
    assertThat(fid.path("name").asText()).isEqualTo("fid");
    assertThat(fid.path("direction").asText()).isEqualTo("lower");
    assertThat(fid.path("newest").get(0).path("value").asDouble()).isEqualTo(23.25);
    assertThat(fid.path("best").get(0).path("step").asLong()).isEqualTo(10);
    assertThat(json.path("settings").get(0).toString())
        .isEqualTo("{\"key\":\"seed\",\"values\":[1,2]}");
    assertThat(json.path("plot").asText()).isEqualTo(plot.toString());
  }

  @Test
  void runsThatAreEmptyAreCompared() throws Exception {
    RunFixture.of(folder.resolve("a"));
    RunFixture.of(folder.resolve("b"));

    Cli result =
        Cli.run(
            "compare",
            folder.resolve("a").toString(),
            folder.resolve("b").toString(),
            "--out",
            plot.toString());

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("there is nothing to plot");
    assertThat(plot).doesNotExist();
  }

  @Test
  void wrongArgumentsAreRefused() throws Exception {
    Cli single = Cli.run("compare", one);
    assertThat(single.code()).isEqualTo(2);
    assertThat(single.err())
        .startsWith("troupe: 2 of RUN or more are needed, and there is only " + one);
    assertThat(Cli.run("compare", one, one).err()).contains("named twice");
    Cli missing = Cli.run("compare", one, folder.resolve("none").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no run directory");
    assertThat(Files.exists(Path.of("compare.png"))).isFalse();
  }
}
