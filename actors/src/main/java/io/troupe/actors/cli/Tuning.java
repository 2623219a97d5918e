package io.troupe.actors.cli;

import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.TrainingSettings;
import io.troupe.metrics.ScoreName;
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
  /** What a faster setting has to gain at least, so that noise does not choose. */
  private static final double LEAST_GAIN = 0.03;

  /** By how much of its size a score has to be better: those of two seeds differ as much. */
  private static final double LEAST_BETTER = 0.1;

  /** Trials of the preset as it is, of which the difference is noise. */
  private static final int OF_PRESET = 2;

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

    /** Keeps what was found so far, after each trial. */
    void keep(Result found) throws IOException;
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
   * @param trials how many there are, of which each is a row
   * @param speedTrial how long each trial of speed took
   * @param scoreTrial how long each other one took; empty if there was no time for scores
   */
  record Result(
      List<Row> rows,
      Map<String, String> changes,
      int trials,
      Duration speedTrial,
      Optional<Duration> scoreTrial) {
    /** Whether all trials have been. */
    boolean isComplete() {
      return rows.size() == trials;
    }

    /** A score of the table; empty if there is none. */
    Optional<ScoreSpan> anyScore() {
      return rows.stream().flatMap(row -> row.score().stream()).findFirst();
    }
  }

  /**
   * A value to try.
   *
   * @param name of the trial
   */
  private record Candidate(String what, String value, Map<String, String> changes, String name) {
    Candidate(String what, String value, Map<String, String> changes) {
      this(what, value, changes, (what + "-" + value).replaceAll("[^A-Za-z0-9.]+", "-"));
    }
  }

  private final Bench bench;
  private final List<Candidate> alike;
  private final List<Candidate> others;
  private final Duration speedTrial;
  private final Optional<Duration> scoreTrial;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> chosen = new LinkedHashMap<>();
  private Map<String, String> winner = Map.of();
  private Optional<ScoreSpan> presets = Optional.empty();
  private Optional<ScoreSpan> leading = Optional.empty();
  private double leastGain = LEAST_GAIN;

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
    Duration equal = all.dividedBy(speedTrials() + others.size());
    speedTrial = equal.compareTo(LONGEST_SPEED_TRIAL) < 0 ? equal : LONGEST_SPEED_TRIAL;
    scoreTrial =
        Optional.of(all.minus(timed()).dividedBy(others.size() + 1L))
            .filter(time -> time.compareTo(SHORTEST_SCORE_TRIAL) >= 0);
  }

  /** How many trials are of speed alone however much time there is. */
  private int speedTrials() {
    return OF_PRESET + alike.size();
  }

  private Duration timed() {
    return speedTrial.multipliedBy(speedTrials());
  }

  /** What will be done, in words. */
  String plan() {
    return scoreTrial
        .map(
            time ->
                "%d trials of speed, %d s each, and then %d of scores, %d s each, which end with an evaluation"
                    .formatted(
                        speedTrials(), speedTrial.toSeconds(), others.size() + 1, time.toSeconds()))
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT,
                    "%d trials of speed, %d s each; scores need --hours %.1f",
                    speedTrials() + others.size(),
                    speedTrial.toSeconds(),
                    hoursForScores()));
  }

  /** Rounded up to tenths. */
  private double hoursForScores() {
    Duration least =
        LONGEST_SPEED_TRIAL
            .multipliedBy(speedTrials())
            .plus(SHORTEST_SCORE_TRIAL.multipliedBy(others.size() + 1L));
    return Math.ceil(least.toMinutes() / 6.0) / 10;
  }

  /**
   * Runs all trials.
   *
   * @throws RunException if the preset itself cannot be trained
   */
  Result run() throws RunException, IOException, InterruptedException {
    double fastest = presetsOwn();
    for (Candidate candidate : alike) {
      fastest = Math.max(fastest, tryFaster(candidate, fastest));
    }
    if (scoreTrial.isPresent()) {
      Candidate preset =
          new Candidate("preset", "with what is kept so far", Map.of(), "preset-scored");
      Optional<TuningTrial.Measured> scored = measured(preset, scoreTrial.get(), true);
      if (scored.isPresent()) {
        presets = scored.get().score();
        leading = presets;
        add(row(preset, scored.get(), "what the next are compared with"));
      }
    }
    for (Candidate candidate : others) {
      tryScored(candidate);
    }
    return result();
  }

  /** Images per second of the preset as it is, whose own difference is noise. */
  private double presetsOwn() throws RunException, IOException, InterruptedException {
    Candidate first = new Candidate("preset", "", Map.of(), "preset");
    TuningTrial.Measured found =
        bench.measure(first.name(), bench.settings(Map.of()), speedTrial, false);
    add(row(first, found, "as it is"));
    Candidate second = new Candidate("preset", "", Map.of(), "preset-again");
    Optional<TuningTrial.Measured> again = measured(second, speedTrial, false);
    if (again.isEmpty()) {
      return found.imagesPerSecond();
    }
    add(row(second, again.get(), "as it is"));
    double fastest = Math.max(found.imagesPerSecond(), again.get().imagesPerSecond());
    double slowest = Math.min(found.imagesPerSecond(), again.get().imagesPerSecond());
    leastGain = Math.max(LEAST_GAIN, fastest / slowest - 1);
    return fastest;
  }

  private void add(Row row) throws IOException {
    rows.add(row);
    bench.keep(result());
  }

  private Result result() {
    Map<String, String> changes = new LinkedHashMap<>(chosen);
    changes.putAll(winner);
    int trials = speedTrials() + others.size() + (scoreTrial.isPresent() ? 1 : 0);
    return new Result(
        List.copyOf(rows), Collections.unmodifiableMap(changes), trials, speedTrial, scoreTrial);
  }

  /**
   * Whether a score is the best so far, and better than the preset's by more than chance may make
   * it.
   */
  private boolean isBetter(Optional<ScoreSpan> score) {
    if (score.isEmpty() || leading.isEmpty() || score.get().direction().isEmpty()) {
      return false;
    }
    double sign = score.get().direction().get() == ScoreName.Direction.HIGHER ? 1 : -1;
    double value = sign * score.get().newest().value();
    double best = sign * leading.get().newest().value();
    double preset = sign * presets.orElseThrow().newest().value();
    return value > best && value > preset + LEAST_BETTER * Math.abs(preset);
  }

  /** Images per second with a candidate, which is kept if it is fast enough; 0 if it is not. */
  private double tryFaster(Candidate candidate, double best)
      throws IOException, InterruptedException {
    Optional<TuningTrial.Measured> measured = measured(candidate, speedTrial, false);
    if (measured.isEmpty()) {
      return 0;
    }
    TuningTrial.Measured found = measured.get();
    boolean kept = found.imagesPerSecond() > best * (1 + leastGain);
    if (kept) {
      chosen.putAll(candidate.changes());
    }
    String difference =
        String.format(Locale.ROOT, "%+.0f %%", 100 * (found.imagesPerSecond() / best - 1));
    add(
        row(
            candidate,
            found,
            kept
                ? difference + ": kept"
                : "%s: not kept, below a gain of %.0f %% that noise may make"
                    .formatted(difference, 100 * leastGain)));
    return kept ? found.imagesPerSecond() : 0;
  }

  private void tryScored(Candidate candidate) throws IOException, InterruptedException {
    Optional<TuningTrial.Measured> measured =
        measured(candidate, scoreTrial.orElse(speedTrial), scoreTrial.isPresent());
    if (measured.isEmpty()) {
      return;
    }
    TuningTrial.Measured found = measured.get();
    boolean better = isBetter(found.score());
    String reason =
        scoreTrial.isEmpty()
            ? "changes results; no time for scores, so the preset's stays"
            : found.score().isEmpty()
                ? "no score, so not kept"
                : leading.isEmpty()
                    ? "the preset has no score to compare with, so not kept"
                    : better
                        ? "best score so far after equal time"
                        : "not the best so far, or not by the %.0f %% that chance may make"
                            .formatted(100 * LEAST_BETTER);
    if (better) {
      leading = found.score();
      winner = candidate.changes();
    }
    add(row(candidate, found, reason));
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
      add(without(candidate, "refused: " + e.problems().get(0)));
    } catch (RunException | IOException e) {
      add(without(candidate, "failed: " + e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      add(without(candidate, "failed: " + e));
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
