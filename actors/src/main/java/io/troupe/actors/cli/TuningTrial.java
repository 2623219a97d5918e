package io.troupe.actors.cli;

import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** A run that trains for a time, to see how fast it is. */
final class TuningTrial {
  private static final long POLL_MILLIS = 200;

  /** One part in so many of a trial's time that does not count: the JVM compiles in it. */
  private static final int WARM_UP = 5;

  private TuningTrial() {}

  /**
   * What a trial found.
   *
   * @param imagesPerSecond real images
   * @param score of the generator at the end, if one was wanted
   */
  record Measured(double imagesPerSecond, Optional<ScoreSpan> score) {}

  /**
   * Trains for a time after the first step, and stops.
   *
   * @param scored whether to compute a score then, while training goes on
   * @throws RunException if the run cannot start or fails
   */
  static Measured run(RunSettings settings, Path folder, Duration time, boolean scored)
      throws RunException, InterruptedException, IOException {
    TrainingRun run = TrainingRun.start(settings, folder);
    double speed = Double.NaN;
    Optional<RunException> trouble = Optional.empty();
    TrainingRun.Outcome outcome;
    try {
      speed = train(run, settings.training().imagesPerStep(), time);
      if (scored) {
        RunAnswer evaluated = answer(run.evaluate());
        if (!(evaluated instanceof RunAnswer.Done)) {
          throw new RunException("no score: " + evaluated);
        }
      }
    } catch (RunException e) {
      trouble = Optional.of(e);
    } finally {
      run.stop();
      outcome = run.await();
    }
    // A run that has failed does not answer, and how it ended says more.
    if (outcome.failed()) {
      throw new RunException("at step %d: %s".formatted(outcome.step(), outcome.message()));
    }
    if (trouble.isPresent()) {
      throw trouble.get();
    }
    return new Measured(speed, scored ? score(folder) : Optional.empty());
  }

  /** Images per second after the first step and the part of the time that does not count. */
  private static double train(TrainingRun run, int imagesPerStep, Duration time)
      throws InterruptedException, RunException {
    after(run, 1);
    Thread.sleep(time.dividedBy(WARM_UP).toMillis());
    Status first = after(run, 1);
    Thread.sleep(time.minus(time.dividedBy(WARM_UP)).toMillis());
    Status last = after(run, first.step() + 1);
    Duration taken =
        Duration.between(first.lastStepAt().orElseThrow(), last.lastStepAt().orElseThrow());
    return (last.step() - first.step()) * imagesPerStep * 1e9 / taken.toNanos();
  }

  private static Optional<ScoreSpan> score(Path folder) throws IOException {
    return RunCatalogue.of(new RunDirectory(folder)).runs().get(0).summary().score();
  }

  /** The status when a step is done. */
  private static Status after(TrainingRun run, long step)
      throws InterruptedException, RunException {
    while (true) {
      Status status = answer(run.status());
      if (status.step() >= step) {
        return status;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static <T> T answer(CompletionStage<T> asked) throws InterruptedException, RunException {
    try {
      return asked.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new RunException("the trial does not answer: " + e.getCause().getMessage(), e);
    }
  }
}
