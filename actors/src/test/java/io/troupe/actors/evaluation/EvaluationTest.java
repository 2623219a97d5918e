package io.troupe.actors.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.metrics.FeatureSample;
import io.troupe.metrics.ReferenceCache;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final int IMAGES = 30;
  private static final int PLOTTED = 12;

  @TempDir private Path folder;
  private final GatedFeatures features = new GatedFeatures();

  private Evaluation evaluation(Path plot, Optional<ReferenceCache> cache, String... overrides) {
    RunSettings settings =
        TinyRun.settings(
            Stream.concat(
                    Stream.of("evaluation.images=" + IMAGES, "evaluation.tsne-images=" + PLOTTED),
                    Arrays.stream(overrides))
                .toArray(String[]::new));
    Dataset dataset = Datasets.open(settings.dataset(), settings.seed());
    features.allow(1000);
    return features.evaluation(settings, dataset, cache, plot);
  }

  private static void begin(Evaluation evaluation) {
    RunSettings settings = TinyRun.settings();
    Dataset dataset = Datasets.open(settings.dataset(), settings.seed());
    try (GanTraining training =
            new GanTraining(
                settings, ImageSpec.rgb(32, dataset.classNames().size()), CompiledGraph::compile);
        FloatVector average = training.generator().values().floats().copy()) {
      evaluation.begin(7, average);
    }
  }

  private static Evaluation.Result finish(Evaluation evaluation) {
    Optional<Evaluation.Result> result = evaluation.advance();
    while (result.isEmpty()) {
      result = evaluation.advance();
    }
    return result.get();
  }

  @Test
  void featuresOfBothSidesAreDrawn() throws IOException {
    Path plot = folder.resolve("metrics").resolve("tsne.png");
    try (Evaluation evaluation = evaluation(plot, Optional.empty())) {
      begin(evaluation);
      finish(evaluation);
    }
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(1000);
    List<Double> means = features.means();
    assertThat(means).hasSize(2 * IMAGES + PLOTTED);
    // Those of the plot are some of those that the scores are of.
    int[] drawn = FeatureSample.draw(IMAGES, PLOTTED);
    assertThat(means.subList(IMAGES, IMAGES + PLOTTED))
        .isEqualTo(Arrays.stream(drawn).mapToObj(means::get).toList());
  }

  @Test
  void realFeaturesAreDrawnWhereStatisticsAreKnown() {
    Path plot = folder.resolve("tsne.png");
    Optional<ReferenceCache> cache = Optional.of(new ReferenceCache(folder.resolve("cache")));
    Evaluation.Result first;
    try (Evaluation evaluation =
        evaluation(plot, cache, "evaluation.tsne-images=0", "evaluation.metrics=fid")) {
      begin(evaluation);
      first = finish(evaluation);
    }
    assertThat(plot).doesNotExist();
    assertThat(features.means()).hasSize(2 * IMAGES);
    try (Evaluation evaluation = evaluation(plot, cache, "evaluation.metrics=fid")) {
      begin(evaluation);
      assertThat(finish(evaluation).scores()).isEqualTo(first.scores());
    }
    assertThat(plot).isNotEmptyFile();
    assertThat(features.means()).hasSize(3 * IMAGES + PLOTTED);
  }

  @Test
  void fewPicturesAreNotDrawn() {
    try (Evaluation evaluation =
        evaluation(folder.resolve("tsne.png"), Optional.empty(), "evaluation.images=4")) {
      begin(evaluation);
      assertThat(finish(evaluation).scores()).containsKey("fd_mean");
    }
    // 8 vectors are too few for a plot.
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aPlotThatCannotBeWrittenCostsNoScores() throws IOException {
    Path file = Files.writeString(folder.resolve("metrics"), "not a folder");
    try (Evaluation evaluation = evaluation(file.resolve("tsne.png"), Optional.empty())) {
      begin(evaluation);
      Evaluation.Result result = finish(evaluation);
      assertThat(result.scores()).containsKey("fd_mean");
      assertThat(result.plotFailure().orElseThrow()).contains(file.toString());
      Files.delete(file);
      begin(evaluation);
      assertThat(finish(evaluation).plotFailure()).isEmpty();
    }
    assertThat(file.resolve("tsne.png")).isNotEmptyFile();
  }

  @Test
  void anotherBeginsWhileFeaturesArePlaced() {
    Path plot = folder.resolve("tsne.png");
    try (Evaluation evaluation = evaluation(plot, Optional.empty())) {
      begin(evaluation);
      while (evaluation.share() < 1) {
        evaluation.advance();
      }
      evaluation.advance();
      evaluation.drop();
      assertThat(plot).doesNotExist();
      begin(evaluation);
      finish(evaluation);
    }
    assertThat(plot).isNotEmptyFile();
    assertThat(features.means()).hasSize(3 * IMAGES + PLOTTED);
  }
}
