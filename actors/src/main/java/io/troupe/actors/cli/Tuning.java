package io.troupe.actors.cli;

import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.TrainingSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Short trials of the settings that are cheap to try: first those that change results in rounding
 * alone, of which the fastest is kept, then others, of which the best score after equal time is
 * kept, if there is time for scores.
 */
final class Tuning {
  /** What a faster setting has to gain, so that noise does not choose. */
  private static final double LEAST_GAIN = 0.03;

  /** Trials of one choice, at most. */
  private static final Duration LONGEST_SPEED_TRIAL = Duration.ofMinutes(2);

  /** In less time scores tell nothing. */
  private static final Duration SHORTEST_SCORE_TRIAL = Duration.ofMinutes(10);

  /** What is measured, and the settings of a trial by what is changed. */
  interface Bench {
    /** The settings with some changed. */
    RunSettings settings(Map<String, String> changes);

    /**
     * Trains for a time, in a folder of its own.
     *
     * @param name of the trial
     * @param scored whether to train that long and then compute a score
     */
    TuningTrial.Measured measure(String name, RunSettings settings, Duration time, boolean scored)
        throws RunException, IOException, InterruptedException;
  }

  /**
   * What was tried.
   *
   * @param reason why it is kept or not
   */
  record Row(
      String what,
      String value,
      OptionalDouble imagesPerSecond,
      Optional<ScoreSpan> score,
      String reason) {}

  /**
   * What was found.
   *
   * @param changes settings that differ from the preset, and their values
   * @param speedTrial how long each trial of speed took
   * @param scoreTrial how long each other one took; empty if there was no time for scores
   */
  record Result(
      List<Row> rows,
      Map<String, String> changes,
      Duration speedTrial,
      Optional<Duration> scoreTrial) {
    /** A score of the table; empty if there is none. */
    Optional<ScoreSpan> anyScore() {
      return rows.stream().flatMap(row -> row.score().stream()).findFirst();
    }
  }

  private record Candidate(String what, String value, Map<String, String> changes) {
    String name() {
      return (what + "-" + value).replaceAll("[^A-Za-z0-9.]+", "-");
    }
  }

  private final Bench bench;
  private final List<Candidate> alike;
  private final List<Candidate> others;
  private final Duration speedTrial;
  private final Optional<Duration> scoreTrial;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> chosen = new LinkedHashMap<>();

  /**
   * To be run.
   *
   * @param processors of this machine
   * @param all time for everything
   */
  Tuning(Bench bench, int processors, Duration all) {
    this.bench = bench;
    RunSettings base = bench.settings(Map.of());
    alike = alike(base, processors);
    others = others(base);
    Duration equal = all.dividedBy(alike.size() + others.size() + 1L);
    speedTrial = equal.compareTo(LONGEST_SPEED_TRIAL) < 0 ? equal : LONGEST_SPEED_TRIAL;
    scoreTrial =
        Optional.of(all.minus(timed()).dividedBy(others.size() + 1L))
            .filter(time -> time.compareTo(SHORTEST_SCORE_TRIAL) >= 0);
  }

  /** Of the trials that are of speed alone however much time there is. */
  private Duration timed() {
    return speedTrial.multipliedBy(alike.size() + 1L);
  }

  /** What will be done, in words. */
  String plan() {
    return scoreTrial
        .map(
            time ->
                "%d trials of speed, %d s each, and then %d of scores, %d s each"
                    .formatted(
                        alike.size() + 1,
                        speedTrial.toSeconds(),
                        others.size() + 1,
                        time.toSeconds()))
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT,
                    "%d trials of speed, %d s each; scores need --hours %.1f",
                    alike.size() + others.size() + 1,
                    speedTrial.toSeconds(),
                    hoursForScores()));
  }

  /** Rounded up to tenths. */
  private double hoursForScores() {
    Duration least =
        LONGEST_SPEED_TRIAL
            .multipliedBy(alike.size() + 1L)
            .plus(SHORTEST_SCORE_TRIAL.multipliedBy(others.size() + 1L));
    return Math.ceil(least.toMinutes() / 6.0) / 10;
  }

  /** Runs all trials. */
  Result run() throws RunException, IOException, InterruptedException {
    TuningTrial.Measured plain =
        bench.measure("preset", bench.settings(Map.of()), speedTrial, false);
    rows.add(row(new Candidate("preset", "", Map.of()), plain, "as it is"));
    double fastest = plain.imagesPerSecond();
    for (Candidate candidate : alike) {
      fastest = Math.max(fastest, tryFaster(candidate, fastest));
    }
    Optional<ScoreSpan> leading = Optional.empty();
    if (scoreTrial.isPresent()) {
      TuningTrial.Measured scored =
          bench.measure("preset-scored", bench.settings(chosen), scoreTrial.get(), true);
      leading = scored.score();
      rows.add(
          row(
              new Candidate("preset", "with what is kept so far", Map.of()),
              scored,
              "what the next are compared with"));
    }
    Map<String, String> winner = Map.of();
    for (Candidate candidate : others) {
      Optional<ScoreSpan> score = tryScored(candidate, leading);
      if (isBetter(score, leading)) {
        leading = score;
        winner = candidate.changes();
      }
    }
    chosen.putAll(winner);
    return new Result(
        List.copyOf(rows), Collections.unmodifiableMap(chosen), speedTrial, scoreTrial);
  }

  private static boolean isBetter(Optional<ScoreSpan> score, Optional<ScoreSpan> than) {
    if (score.isEmpty() || than.isEmpty() || score.get().direction().isEmpty()) {
      return false;
    }
    return score
        .get()
        .direction()
        .get()
        .isBetter(score.get().newest().value(), than.get().newest().value());
  }

  /** Images per second with a candidate, which is kept if it is fast enough; 0 if it is not. */
  private double tryFaster(Candidate candidate, double best)
      throws IOException, InterruptedException {
    Optional<TuningTrial.Measured> measured = measured(candidate, speedTrial, false);
    if (measured.isEmpty()) {
      return 0;
    }
    TuningTrial.Measured found = measured.get();
    boolean kept = found.imagesPerSecond() > best * (1 + LEAST_GAIN);
    if (kept) {
      chosen.putAll(candidate.changes());
    }
    String difference =
        String.format(Locale.ROOT, "%+.0f %%", 100 * (found.imagesPerSecond() / best - 1));
    rows.add(
        row(
            candidate,
            found,
            kept
                ? difference + ": kept"
                : "%s: not kept, below a gain of %.0f %% that noise may make"
                    .formatted(difference, 100 * LEAST_GAIN)));
    return kept ? found.imagesPerSecond() : 0;
  }

  private Optional<ScoreSpan> tryScored(Candidate candidate, Optional<ScoreSpan> leading)
      throws IOException, InterruptedException {
    Optional<TuningTrial.Measured> measured =
        measured(candidate, scoreTrial.orElse(speedTrial), scoreTrial.isPresent());
    if (measured.isEmpty()) {
      return Optional.empty();
    }
    TuningTrial.Measured found = measured.get();
    String reason =
        scoreTrial.isEmpty()
            ? "changes results; no time for scores, so the preset's stays"
            : found.score().isEmpty()
                ? "no score, so not kept"
                : isBetter(found.score(), leading)
                    ? "best score so far after equal time"
                    : "not the best score after equal time";
    rows.add(row(candidate, found, reason));
    return found.score();
  }

  /**
   * What a trial of a candidate, with what is chosen, has found. If its settings are refused or the
   * trial fails, as one that does not fit the memory, a row says why, and the others go on.
   */
  private Optional<TuningTrial.Measured> measured(
      Candidate candidate, Duration time, boolean scored) throws IOException, InterruptedException {
    Map<String, String> changes = new LinkedHashMap<>(chosen);
    changes.putAll(candidate.changes());
    try {
      return Optional.of(bench.measure(candidate.name(), bench.settings(changes), time, scored));
    } catch (SettingsException e) {
      rows.add(without(candidate, "refused: " + e.problems().get(0)));
    } catch (RunException e) {
      rows.add(without(candidate, "failed: " + e.getMessage()));
    }
    return Optional.empty();
  }

  private static Row without(Candidate candidate, String reason) {
    return new Row(
        candidate.what(), candidate.value(), OptionalDouble.empty(), Optional.empty(), reason);
  }

  private static Row row(Candidate candidate, TuningTrial.Measured found, String reason) {
    return new Row(
        candidate.what(),
        candidate.value(),
        OptionalDouble.of(found.imagesPerSecond()),
        found.score(),
        reason);
  }

  /** What gives the same results, but for rounding. */
  private static List<Candidate> alike(RunSettings base, int processors) {
    List<Candidate> candidates = new ArrayList<>();
    for (int workers : new int[] {1, 2, 4}) {
      if (workers != base.prefetch().workers() && workers <= Math.max(2, processors)) {
        candidates.add(candidate("workers", "" + workers, "prefetch.workers"));
      }
    }
    String other =
        base.compute().precision() == RunSettings.Precision.FLOAT32 ? "mixed" : "float32";
    candidates.add(candidate("precision", other, "compute.precision"));
    return candidates;
  }

  /** What gives others. */
  private static List<Candidate> others(RunSettings base) {
    TrainingSettings training = base.training();
    List<Candidate> candidates = new ArrayList<>();
    if (training.batch() % 2 == 0) {
      candidates.add(candidate("batch", "" + training.batch() / 2, "training.batch"));
    }
    candidates.add(candidate("batch", "" + 2 * training.batch(), "training.batch"));
    candidates.add(
        new Candidate(
            "width",
            "half",
            Map.of(
                "network.generator-channels", "" + base.network().generatorChannels() / 2,
                "network.discriminator-channels",
                    "" + base.network().discriminatorChannels() / 2)));
    TrainingSettings.DiffAugment augment = training.diffAugment();
    if (!training.ada().isWanted()) {
      boolean any = augment.color() || augment.translation() || augment.cutout();
      candidates.add(
          new Candidate(
              "augmentation",
              any ? "none" : "color and translation",
              Map.of(
                  "training.diff-augment.color", "" + !any,
                  "training.diff-augment.translation", "" + !any,
                  "training.diff-augment.cutout", "false")));
    }
    return candidates;
  }

  private static Candidate candidate(String what, String value, String key) {
    return new Candidate(what, value, Map.of(key, value));
  }
}
