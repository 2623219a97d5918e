package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final List<Metric> ALL = Metrics.all();
  private static final int DIMENSION = Expected.DIMENSION;

  private static FeatureSet real(List<Metric> metrics, int batch) {
    float[] features = Expected.floats("real");
    int[] labels = Expected.ints("real_labels");
    try (FeatureCollector collector =
        new FeatureCollector(Metrics.comparing(metrics), DIMENSION, 0, labels.length)) {
      for (int i = 0; i < labels.length; i += batch) {
        int count = Math.min(batch, labels.length - i);
        collector.add(
            Arrays.copyOfRange(features, i * DIMENSION, (i + count) * DIMENSION),
            new float[0],
            Arrays.copyOfRange(labels, i, i + count),
            count);
      }
      return collector.finish();
    }
  }

  private static FeatureSet fake(List<Metric> metrics) {
    int[] labels = Expected.ints("fake_labels");
    try (FeatureCollector collector = new FeatureCollector(metrics, DIMENSION, 5, labels.length)) {
      collector.add(Expected.floats("fake"), Expected.floats("logits"), labels, labels.length);
      return collector.finish();
    }
  }

  @Test
  void allMetricsAgreeWithNumPySciPyAndScikitLearn() {
    Scores scores = Scores.of(ALL, 3, real(ALL, 64), fake(ALL));
    Map<String, Double> named = scores.named("inception");
    assertThat(named.get("fid")).isEqualTo(Expected.doubles("fid")[0], within(1e-9));
    double[] prdc = Expected.doubles("prdc");
    assertThat(named)
        .containsEntry("precision", prdc[0])
        .containsEntry("recall", prdc[1])
        .containsEntry("density", prdc[2])
        .containsEntry("coverage", prdc[3]);
    double[] intra = Expected.doubles("intra");
    assertThat(scores.lists().get("intra_by_class").stream().mapToDouble(d -> d).toArray())
        .containsExactly(intra, within(1e-9));
    assertThat(named.get("intra_fid"))
        .isEqualTo(Arrays.stream(intra).average().orElseThrow(), within(1e-9));
    // 170 of the 210 real vectors in each subset.
    assertThat(named.get("kid")).isEqualTo(Expected.doubles("kid_of_all")[0], within(1e-12));
    assertThat(named.get("kid_exact")).isEqualTo(Expected.doubles("kid")[0], within(1e-12));
    double[] inceptionScore = Expected.doubles("shuffled_inception_score");
    assertThat(named.get("is")).isEqualTo(inceptionScore[0], within(1e-12));
    assertThat(named.get("is_std")).isEqualTo(inceptionScore[1], within(1e-12));
  }

  @Test
  void divisionIntoBatchesChangesNoBit() {
    FeatureSet fake = fake(ALL);
    Scores whole = Scores.of(ALL, 3, real(ALL, 210), fake);
    for (int batch : new int[] {1, 7, 100}) {
      assertThat(Scores.of(ALL, 3, real(ALL, batch), fake)).isEqualTo(whole);
    }
  }

  @Test
  void whatElseIsChosenChangesNothing() {
    Scores all = Scores.of(ALL, 3, real(ALL, 50), fake(ALL));
    for (Metric metric : ALL) {
      List<Metric> one = List.of(metric);
      Scores scores = Scores.of(one, 3, real(one, 50), fake(one));
      assertThat(all.named("inception")).containsAllEntriesOf(scores.named("inception"));
      assertThat(scores.named("inception")).isNotEmpty();
    }
  }

  @Test
  void onlyInceptionsScoresHaveTheKnownNames() {
    Scores scores = Scores.of(ALL, 3, real(ALL, 50), fake(ALL));
    assertThat(scores.named("inception"))
        .containsOnlyKeys(
            "fid",
            "kid",
            "kid_std",
            "kid_exact",
            "is",
            "is_std",
            "precision",
            "recall",
            "density",
            "coverage",
            "intra_fid");
    assertThat(scores.named("cifar"))
        .containsOnlyKeys(
            "fd_cifar",
            "kd_cifar",
            "kd_cifar_std",
            "kd_cifar_exact",
            "is_cifar",
            "is_cifar_std",
            "precision",
            "recall",
            "density",
            "coverage",
            "intra_fd_cifar");
  }

  @Test
  void pairsSeeARandomDrawOfManyImages() {
    int total = FeatureCollector.MOST_ROWS + 5000;
    List<Metric> pairs = Metrics.named("kid");
    List<Metric> withAll = Metrics.named("kid,intra-fid");
    FeatureSet drawn = numbered(pairs, total);
    FeatureRows draw = drawn.get(Gathered.DRAWN_VECTORS);
    assertThat(draw.size()).isEqualTo(FeatureCollector.MOST_ROWS);
    double mean = firsts(draw).stream().mapToDouble(Float::doubleValue).average().orElseThrow();
    // Uniform on 0 to 14,999 has mean 7,499.5; the mean of the draw deviates by 25.
    assertThat(mean).isEqualTo(7499.5, within(100.0));
    FeatureSet all = numbered(withAll, total);
    assertThat(all.get(Gathered.ALL_VECTORS).size()).isEqualTo(total);
    FeatureRows among = all.get(Gathered.DRAWN_VECTORS);
    assertThat(firsts(among)).isEqualTo(firsts(drawn.get(Gathered.DRAWN_VECTORS)));
    // Kept once: the vector itself is among all.
    FeatureRows every = all.get(Gathered.ALL_VECTORS);
    assertThat(among.row(7)).isSameAs(every.row((int) among.row(7)[0]));
  }

  private static List<Float> firsts(FeatureRows rows) {
    return IntStream.range(0, rows.size()).mapToObj(i -> rows.row(i)[0]).toList();
  }

  private static FeatureSet numbered(List<Metric> metrics, int total) {
    try (FeatureCollector collector = new FeatureCollector(metrics, 1, 0, total)) {
      for (int i = 0; i < total; i++) {
        collector.add(new float[] {i}, new float[0], new int[1], 1);
      }
      return collector.finish();
    }
  }

  @Test
  void memoryIsKnownInAdvance() {
    // 2,048 x 2,048 doubles are 33.6 MB: the moments, and the covariance made of them.
    assertThat(FeatureCollector.bytes(Metrics.named("fid"), 2048, 1008, 50_000))
        .isBetween(67_000_000L, 80_000_000L)
        .isEqualTo(FeatureCollector.bytes(Metrics.named("fid"), 2048, 1008, 60_000));
    // 10,000 vectors of 8 KiB, however many images there are.
    assertThat(FeatureCollector.bytes(Metrics.named("kid,prdc"), 2048, 1008, 50_000))
        .isBetween(81_920_000L, 83_000_000L);
    assertThat(FeatureCollector.bytes(Metrics.named("intra-fid"), 2048, 1008, 50_000))
        .isBetween(409_600_000L, 412_000_000L)
        // Those that are drawn are among all.
        .isEqualTo(FeatureCollector.bytes(Metrics.named("kid,intra-fid"), 2048, 1008, 50_000));
  }

  @Test
  void wrongUseIsRefused() {
    assertThatThrownBy(() -> new FeatureCollector(ALL, 4, 3, 1))
        .hasMessageContaining("at least 2 pictures, got 1");
    List<Metric> fid = Metrics.named("fid");
    assertThatThrownBy(() -> Scores.of(ALL, 3, real(fid, 50), fake(ALL)))
        .hasMessageContaining("features of one side were not collected");
    assertThatThrownBy(() -> Scores.of(ALL, 4, real(ALL, 50), fake(ALL)))
        .hasMessageContaining("Class 3 has 0 real pictures");
    try (FeatureCollector collector = new FeatureCollector(fid, 2, 0, 3)) {
      collector.add(new float[4], new float[0], new int[0], 2);
      assertThatThrownBy(
              () -> collector.add(new float[] {0, Float.NaN}, new float[0], new int[0], 1))
          .hasMessageContaining("Feature 1 of picture 2 is NaN");
      assertThatThrownBy(collector::finish).hasMessageContaining("2 of 3 pictures");
      assertThatThrownBy(() -> collector.add(new float[4], new float[0], new int[0], 2))
          .hasMessageContaining("after 2 of 3");
    }
  }

  @Test
  void theProtocolSaysHowItWasMade() {
    Protocol protocol =
        new Protocol(
            "inception",
            Optional.of("ab12"),
            Optional.empty(),
            "bilinear to 299",
            false,
            50_000,
            Optional.of("train"),
            600,
            Optional.of(true),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(protocol.toMap(ALL))
        .containsEntry("real_images", 50_000)
        .containsEntry("fake_images", 600)
        .containsEntry("split", "train")
        .containsEntry("truncation", null)
        .containsEntry("covariance_ddof", 1)
        .containsEntry("pair_real_images", 10_000)
        .containsEntry("kid_subset_size", 600)
        .containsEntry("prdc_neighbour", 5)
        .containsEntry("is_splits", 10);
    assertThat(protocol.toMap(Metrics.named("fid")))
        .doesNotContainKeys("kid_subsets", "is_splits", "prdc_neighbour");
  }
}
