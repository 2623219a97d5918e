package io.troupe.actors.collapse;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.models.training.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CollapseWatchTest {
  private static CollapseWatch watch(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("evaluation.every=5");
    return new CollapseWatch(TinyRun.settings(all.toArray(String[]::new)), List.of("cats", "dogs"));
  }

  private static StepResult step(double accuracy, double deviation, double logit) {
    return new StepResult(
        1,
        0.5,
        0.5,
        logit,
        logit,
        accuracy,
        deviation,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Map.of(),
        0.1,
        0.1);
  }

  private static void hear(CollapseWatch watch, int times, StepResult result) {
    for (int i = 0; i < times; i++) {
      watch.hear(result);
    }
  }

  @Test
  void aDiscriminatorThatIsAlwaysRightIsPinned() {
    CollapseWatch watch = watch("supervision.collapse.pinned-steps=5");
    hear(watch, 4, step(1, 1, 0));
    // One picture of 16 in a step.
    watch.hear(step(15 / 16.0, 1, 0));
    hear(watch, 4, step(1, 1, 0));
    assertThat(watch.present()).isEmpty();

    List<CollapseWatch.Change> changes = watch.hear(step(1, 1, 0));
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).label()).isEqualTo("discriminator-pinned");
    assertThat(changes.get(0).reason().orElseThrow()).contains("5 steps in a row");
    assertThat(watch.hear(step(1, 1, 0))).as("it is told once").isEmpty();
    assertThat(watch.present()).containsOnlyKeys("discriminator-pinned");

    assertThat(watch.hear(step(0.9, 1, 0)))
        .containsExactly(new CollapseWatch.Change("discriminator-pinned", Optional.empty()));
    assertThat(watch.present()).isEmpty();
  }

  @Test
  void equalLogitsAreThoseThatDifferByLittleOfTheirSize() {
    CollapseWatch watch = watch("supervision.collapse.equal-steps=3");
    hear(watch, 3, step(0.5, 0.0011, 0));
    assertThat(watch.present()).isEmpty();
    hear(watch, 3, step(0.5, 0.0009, 0));
    assertThat(watch.present()).containsOnlyKeys("logits-equal");

    // As far from one another as rounding makes such numbers.
    watch = watch("supervision.collapse.equal-steps=3");
    hear(watch, 3, step(0.5, 0.25, -1e6));
    assertThat(watch.present()).containsOnlyKeys("logits-equal");
    watch = watch("supervision.collapse.equal-steps=3");
    hear(watch, 3, step(0.5, 1001, -1e6));
    assertThat(watch.present()).isEmpty();
  }

  private static void scores(CollapseWatch watch, String name, double... values) {
    for (double value : values) {
      watch.hear(Map.of(name, value), List.of());
    }
  }

  @Test
  void badScoresAreSeveralTimesWorseThanTheBest() {
    CollapseWatch watch = watch("supervision.collapse.score-evaluations=2");
    scores(watch, "fd_cifar", 90, 30, 61);
    assertThat(watch.present()).isEmpty();
    scores(watch, "fd_cifar", 59, 61);
    assertThat(watch.present()).as("not in a row").isEmpty();
    scores(watch, "fd_cifar", 200);
    assertThat(watch.present().get("scores-bad")).contains("fd_cifar is 200", "the best was 30");
    scores(watch, "fd_cifar", 31);
    assertThat(watch.present()).isEmpty();
    scores(watch, "fd_cifar", Double.NaN, Double.POSITIVE_INFINITY);
    assertThat(watch.present()).containsOnlyKeys("scores-bad");
  }

  @Test
  void ofSomeScoresLowOnesAreBad() {
    String best = "checkpoints.best=is";
    CollapseWatch watch =
        watch(best, "evaluation.metrics=\"fid,is\"", "supervision.collapse.score-evaluations=2");
    for (double value : new double[] {4, 8, 3.9, 3.9}) {
      // The distance only grows, and does not count.
      watch.hear(Map.of("is", value, "fid", 1000 / value, "is_std", 0.1), List.of());
    }
    assertThat(watch.present().get("scores-bad")).startsWith("is is 3.9");
    CollapseWatch rising =
        watch(best, "evaluation.metrics=\"fid,is\"", "supervision.collapse.score-evaluations=2");
    scores(rising, "is", 2, 8, 16, 20);
    assertThat(rising.present()).isEmpty();
  }

  /** A kernel distance may be negative: nothing is so many times worse than that. */
  @Test
  void ofABestThatIsNotPositiveNothingIsSaid() {
    CollapseWatch watch =
        watch("evaluation.metrics=\"kid\"", "supervision.collapse.score-evaluations=1");
    scores(watch, "kid", -0.001, 0.5, 0.5);
    assertThat(watch.present()).isEmpty();
  }

  @Test
  void picturesOfAClassThatBecomeAlikeAreNamedByTheirClass() {
    CollapseWatch watch =
        watch(
            "supervision.collapse.diversity-evaluations=2",
            "supervision.collapse.diversity-share=0.5");
    for (double dogs : new double[] {3, 4, 2.1, 1.9}) {
      watch.hear(Map.of(), List.of(5.0, dogs));
    }
    // Of a class without pictures nothing is known, and of what is not evaluated either.
    watch.hear(Map.of(), List.of(Double.NaN, Double.NaN));
    watch.hear(Map.of(), List.of());
    assertThat(watch.present()).isEmpty();
    watch.hear(Map.of(), List.of(4.9, 1.9));
    assertThat(watch.present().get("pictures-alike")).contains("1 of 2 classes (dogs)");
    watch.hear(Map.of(), List.of(2.4, 2.5));
    watch.hear(Map.of(), List.of(2.4, 2.5));
    assertThat(watch.present().get("pictures-alike")).contains("(cats)").doesNotContain("dogs");
  }

  @Test
  void afterAReturnTheBestStillCounts() {
    CollapseWatch watch =
        watch(
            "supervision.collapse.score-evaluations=2",
            "supervision.collapse.equal-steps=2",
            "supervision.collapse.diversity-evaluations=2");
    watch.hear(Map.of("fid", 10.0), List.of(1.0, 1.0));
    watch.hear(Map.of("fid", 30.0), List.of(0.1, 0.1));
    hear(watch, 1, step(0.5, 0, 0));
    watch.wentBack();
    watch.hear(Map.of("fid", 30.0), List.of(0.1, 0.1));
    hear(watch, 1, step(0.5, 0, 0));
    assertThat(watch.present()).isEmpty();
    watch.hear(Map.of("fid", 30.0), List.of(0.1, 0.1));
    hear(watch, 1, step(0.5, 0, 0));
    assertThat(watch.present()).containsOnlyKeys("scores-bad", "pictures-alike", "logits-equal");
  }

  @Test
  void whatIsSwitchedOffIsNotLookedFor() {
    assertThat(watch("supervision.collapse.action=none").labels()).isEmpty();
    assertThat(
            watch("supervision.collapse.pinned-steps=0", "supervision.collapse.equal-steps=0")
                .labels())
        .containsExactly("scores-bad", "pictures-alike");
  }
}
