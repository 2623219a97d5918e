package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.metrics.ScoreName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Which settings a tuning keeps, by trials that are only said to be measured. */
class TuningTest {
  private record Trial(String name, Duration time, boolean scored) {}

  private final List<Trial> trials = new ArrayList<>();
  private final List<Tuning.Result> kept = new ArrayList<>();
  private String failing = "";
  private Throwable failure = new RunException("no memory");
  private String plan = "";
  private double secondPreset = 100;

  /** Trials of the preset demo with given speeds and scores, lower ones being better. */
  private Tuning.Result tune(
      Duration all, ToDoubleFunction<RunSettings> speed, ToDoubleFunction<RunSettings> score)
      throws Exception {
    Tuning.Bench bench =
        new Tuning.Bench() {
          @Override
          public RunSettings settings(Map<String, String> changes) {
            List<String> texts = new ArrayList<>();
            changes.forEach((key, value) -> texts.add(key + "=" + value));
            return SettingsLoader.load("demo", List.of(), texts);
          }

          @Override
          public TuningTrial.Measured measure(
              String name, RunSettings settings, Duration time, boolean scored)
              throws RunException, IOException {
            if (name.equals(failing)) {
              if (failure instanceof RunException e) {
                throw e;
              }
              if (failure instanceof IOException e) {
                throw e;
              }
              if (failure instanceof Error e) {
                throw e;
              }
              throw (RuntimeException) failure;
            }
            trials.add(new Trial(name, time, scored));
            ScoreSpan.At at = new ScoreSpan.At(1, score.applyAsDouble(settings));
            return new TuningTrial.Measured(
                name.equals("preset-again") ? secondPreset : speed.applyAsDouble(settings),
                scored
                    ? Optional.of(
                        new ScoreSpan(
                            "fd",
                            "FD",
                            Optional.of(ScoreName.Direction.LOWER),
                            at,
                            Optional.of(at)))
                    : Optional.empty());
          }

          @Override
          public void keep(Tuning.Result found) {
            kept.add(found);
          }
        };
    Tuning tuning = new Tuning(bench, 4, all);
    plan = tuning.plan();
    return tuning.run();
  }

  private static double workers(RunSettings settings, Map<Integer, Double> speeds) {
    return speeds.getOrDefault(settings.prefetch().workers(), 100.0);
  }

  @Test
  void theFastestWorkersAreKeptAndNothingThatChangesResultsWithoutScores() throws Exception {
    Tuning.Result result =
        tune(Duration.ofMinutes(5), s -> workers(s, Map.of(1, 110.0, 4, 130.0)), s -> 1);

    assertThat(result.changes()).isEqualTo(Map.of("prefetch.workers", "4"));
    assertThat(plan).isEqualTo("9 trials of speed, 33 s each; scores need --hours 1.0");
    assertThat(trials).noneMatch(Trial::scored);
    assertThat(trials.stream().map(Trial::time).reduce(Duration.ZERO, Duration::plus))
        .isLessThanOrEqualTo(Duration.ofMinutes(5));
    assertThat(result.rows())
        .filteredOn(row -> row.what().equals("batch"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.reason()).contains("no time for scores"));
  }

  @Test
  void whatIsFasterByNoiseOnlyIsNotKept() throws Exception {
    Tuning.Result result = tune(Duration.ofMinutes(5), s -> workers(s, Map.of(4, 102.0)), s -> 1);

    assertThat(result.changes()).isEmpty();
  }

  /** Two trials of the preset itself differ by noise. */
  @Test
  void onAnUnsteadyMachineMoreHasToBeGained() throws Exception {
    secondPreset = 90;
    assertThat(tune(Duration.ofMinutes(5), s -> workers(s, Map.of(4, 110.0)), s -> 1).changes())
        .isEmpty();
    assertThat(tune(Duration.ofMinutes(5), s -> workers(s, Map.of(4, 113.0)), s -> 1).changes())
        .isEqualTo(Map.of("prefetch.workers", "4"));
    // As fast as the faster of both does not count either.
    secondPreset = 130;
    assertThat(tune(Duration.ofMinutes(5), s -> workers(s, Map.of(4, 150.0)), s -> 1).changes())
        .isEmpty();
  }

  @Test
  void aScoreThatIsBetterByChanceIsNotKept() throws Exception {
    int batch = SettingsLoader.load("demo", List.of(), List.of()).training().batch();
    assertThat(
            tune(Duration.ofHours(3), s -> 100, s -> s.training().batch() == batch ? 0.8 : 0.73)
                .changes())
        .isEmpty();
    assertThat(
            tune(Duration.ofHours(3), s -> 100, s -> s.training().batch() == batch ? 0.8 : 0.71)
                .changes())
        .isEqualTo(Map.of("training.batch", "" + batch / 2));
  }

  /** A tuning that is ended leaves what it has found. */
  @Test
  void whatWasFoundIsKeptAfterEachTrial() throws Exception {
    Tuning.Result result = tune(Duration.ofHours(3), s -> workers(s, Map.of(1, 110.0)), s -> 1);

    assertThat(kept).hasSize(trials.size()).last().isEqualTo(result);
    assertThat(kept.get(2).rows()).hasSize(3);
    assertThat(kept.get(2).changes()).isEqualTo(Map.of("prefetch.workers", "1"));
    assertThat(kept).filteredOn(Tuning.Result::isComplete).containsExactly(result);
  }

  @Test
  void theBestScoreAfterEqualTimeIsKept() throws Exception {
    Map<Integer, Double> scores = new LinkedHashMap<>();
    int batch = SettingsLoader.load("demo", List.of(), List.of()).training().batch();
    scores.put(batch / 2, 0.7);
    scores.put(2 * batch, 0.6);
    Tuning.Result result =
        tune(Duration.ofHours(3), s -> 100, s -> scores.getOrDefault(s.training().batch(), 0.8));

    assertThat(result.changes()).isEqualTo(Map.of("training.batch", "" + 2 * batch));
    assertThat(trials.stream().filter(Trial::scored).map(Trial::time).distinct()).hasSize(1);
    assertThat(trials.stream().map(Trial::time).reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofHours(3).minusSeconds(1), Duration.ofHours(3));
    assertThat(plan)
        .isEqualTo(
            "5 trials of speed, 120 s each, and then 5 of scores, 2040 s each, which end with an evaluation");
  }

  /**
   * Whatever the order in which they are tried: only the preset's score has to be beaten by more
   * than chance.
   */
  @Test
  void aScoreNeedsNoMarginOverOneThatWasTriedBefore() throws Exception {
    int batch = SettingsLoader.load("demo", List.of(), List.of()).training().batch();
    Map<Integer, Double> scores = new LinkedHashMap<>(Map.of(batch / 2, 0.7, 2 * batch, 0.65));

    assertThat(
            tune(Duration.ofHours(3), s -> 100, s -> scores.getOrDefault(s.training().batch(), 0.8))
                .changes())
        .isEqualTo(Map.of("training.batch", "" + 2 * batch));
    scores.put(2 * batch, 0.71);
    assertThat(
            tune(Duration.ofHours(3), s -> 100, s -> scores.getOrDefault(s.training().batch(), 0.8))
                .changes())
        .isEqualTo(Map.of("training.batch", "" + batch / 2));
  }

  @Test
  void theLeastTimeForScoresIsWhatThePlanSays() throws Exception {
    tune(Duration.ofMinutes(59), s -> 100, s -> 1);
    assertThat(trials).noneMatch(Trial::scored);
    assertThat(plan).endsWith("scores need --hours 1.0");
    trials.clear();
    tune(Duration.ofMinutes(60), s -> 100, s -> 1);
    assertThat(trials).filteredOn(Trial::scored).hasSize(5);
  }

  /** What hours of trials have found is not lost with one of them. */
  @Test
  void aTrialThatFailsIsARowAndTheOthersGoOn() throws Exception {
    int batch = SettingsLoader.load("demo", List.of(), List.of()).training().batch();
    Map<Throwable, String> failures =
        Map.of(
            new OutOfMemoryError("9 bytes"), "failed: java.lang.OutOfMemoryError: 9 bytes",
            new RunException("no memory"), "failed: no memory",
            new IOException("disk full"), "failed: disk full",
            new IllegalStateException("gone"), "failed: java.lang.IllegalStateException: gone");
    for (Map.Entry<Throwable, String> each : failures.entrySet()) {
      failure = each.getKey();
      for (String name : List.of("preset-again", "workers-1", "batch-" + 2 * batch)) {
        failing = name;
        Tuning.Result result =
            tune(Duration.ofHours(3), s -> 100, s -> s.training().batch() == batch / 2 ? 0.7 : 0.8);

        assertThat(result.rows())
            .filteredOn(row -> row.reason().equals(each.getValue()))
            .singleElement()
            .satisfies(row -> assertThat(row.imagesPerSecond()).isEmpty());
        assertThat(result.isComplete()).isTrue();
        assertThat(result.changes()).isEqualTo(Map.of("training.batch", "" + batch / 2));
      }
    }
  }

  /** Nothing can be compared then, but how fast all are is known. */
  @Test
  void thePresetsOwnScoreMayFail() throws Exception {
    failing = "preset-scored";
    Tuning.Result result = tune(Duration.ofHours(3), s -> workers(s, Map.of(1, 110.0)), s -> 1);

    assertThat(result.changes()).isEqualTo(Map.of("prefetch.workers", "1"));
    assertThat(result.isComplete()).isTrue();
    assertThat(result.rows())
        .filteredOn(row -> row.reason().contains("no score to compare with"))
        .hasSize(4);
  }

  @Test
  void trialsHaveNamesOfTheirOwn() throws Exception {
    tune(Duration.ofHours(3), s -> 100, s -> 1);

    assertThat(trials).extracting(Trial::name).doesNotHaveDuplicates();
  }
}
