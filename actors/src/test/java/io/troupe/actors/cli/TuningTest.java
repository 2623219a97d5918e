package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.metrics.ScoreName;
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
  private String failing = "";
  private String plan = "";

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
              throws RunException {
            if (name.equals(failing)) {
              throw new RunException("no memory");
            }
            trials.add(new Trial(name, time, scored));
            ScoreSpan.At at = new ScoreSpan.At(1, score.applyAsDouble(settings));
            return new TuningTrial.Measured(
                speed.applyAsDouble(settings),
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
    assertThat(plan).isEqualTo("8 trials of speed, 37 s each; scores need --hours 1.0");
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
    assertThat(plan).isEqualTo("4 trials of speed, 120 s each, and then 5 of scores, 2064 s each");
  }

  @Test
  void theLeastTimeForScoresIsWhatThePlanSays() throws Exception {
    tune(Duration.ofMinutes(57), s -> 100, s -> 1);
    assertThat(trials).noneMatch(Trial::scored);
    assertThat(plan).endsWith("scores need --hours 1.0");
    trials.clear();
    tune(Duration.ofMinutes(58), s -> 100, s -> 1);
    assertThat(trials).filteredOn(Trial::scored).hasSize(5);
  }

  /** What hours of trials have found is not lost with one of them. */
  @Test
  void aTrialThatFailsIsARowAndTheOthersGoOn() throws Exception {
    int batch = SettingsLoader.load("demo", List.of(), List.of()).training().batch();
    for (String name : List.of("workers-1", "batch-" + 2 * batch)) {
      failing = name;
      Tuning.Result result =
          tune(Duration.ofHours(3), s -> 100, s -> s.training().batch() == batch / 2 ? 0.7 : 0.8);

      assertThat(result.rows())
          .filteredOn(row -> row.reason().equals("failed: no memory"))
          .singleElement()
          .satisfies(row -> assertThat(row.imagesPerSecond()).isEmpty());
      assertThat(result.changes()).isEqualTo(Map.of("training.batch", "" + batch / 2));
    }
  }

  @Test
  void trialsHaveNamesOfTheirOwn() throws Exception {
    tune(Duration.ofHours(3), s -> 100, s -> 1);

    assertThat(trials).extracting(Trial::name).doesNotHaveDuplicates();
  }
}
