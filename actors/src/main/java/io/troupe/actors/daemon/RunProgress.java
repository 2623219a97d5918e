package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.DeviceMemory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.training.StepResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What the daemon has heard of its run so far: the source of status answers. */
final class RunProgress {
  /** Weight of the last iteration in the average that images per second come from. */
  private static final double RATE_WEIGHT = 0.1;

  private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final String runDirectory;
  private final String version;
  private final long stepsPerEpoch;
  private final int imagesPerStep;
  private RunSettings settings;
  private RunState state = RunState.STARTING;
  private boolean ended;
  private long step;
  private OptionalDouble recentSecondsPerStep = OptionalDouble.empty();
  private final Pace pace = new Pace();
  private Optional<Trainer.StepCompleted> last = Optional.empty();
  private Optional<Instant> lastStepAt = Optional.empty();
  private Optional<Instant> resumedAt = Optional.empty();
  private Map<String, Double> scores = Map.of();
  private OptionalLong scoreStep = OptionalLong.empty();
  private OptionalLong checkpointStep = OptionalLong.empty();
  private OptionalLong gridStep = OptionalLong.empty();
  private OptionalDouble evaluationShare = OptionalDouble.empty();
  private OptionalLong evaluatedStep = OptionalLong.empty();
  private final Troubles troubles = new Troubles();
  private int rollbacks;
  private Optional<String> failure = Optional.empty();

  RunProgress(String version, RunDirectory directory, RunSettings settings, int datasetSize) {
    this.version = version;
    this.settings = settings;
    runDirectory = directory.root().toAbsolutePath().normalize().toString();
    imagesPerStep = settings.training().imagesPerStep();
    stepsPerEpoch = datasetSize / imagesPerStep;
  }

  RunSettings settings() {
    return settings;
  }

  /** It is known how the run ended. */
  void end() {
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  void setSettings(RunSettings changed) {
    settings = changed;
  }

  RunState state() {
    return state;
  }

  /** Whether it is training, or paused. */
  boolean isInTraining() {
    return state() == RunState.RUNNING || state() == RunState.PAUSED;
  }

  void setState(RunState now) {
    if (state == RunState.PAUSED && now == RunState.RUNNING) {
      resumedAt = Optional.of(Instant.now());
    }
    state = now;
  }

  long step() {
    return step;
  }

  /** Training goes on after a step that was loaded from a checkpoint. */
  void restored(long restoredStep) {
    step = restoredStep;
    checkpointStep = OptionalLong.of(restoredStep);
    evaluatedStep = OptionalLong.empty();
  }

  int imagesPerStep() {
    return imagesPerStep;
  }

  /** The present pass over the data, from 1; 0 before the first step. */
  long epoch() {
    return (step + stepsPerEpoch - 1) / stepsPerEpoch;
  }

  void stepCompleted(Trainer.StepCompleted event) {
    step = event.result().step();
    last = Optional.of(event);
    lastStepAt = Optional.of(Instant.now());
    double seconds = event.seconds() + event.dataWaitSeconds();
    pace.step(seconds);
    recentSecondsPerStep =
        OptionalDouble.of(
            recentSecondsPerStep.isEmpty()
                ? seconds
                : (1 - RATE_WEIGHT) * recentSecondsPerStep.getAsDouble() + RATE_WEIGHT * seconds);
  }

  OptionalDouble imagesPerSecond() {
    return recentSecondsPerStep.isEmpty()
        ? recentSecondsPerStep
        : OptionalDouble.of(imagesPerStep / recentSecondsPerStep.getAsDouble());
  }

  /** Whether an evaluation is running. */
  boolean evaluating() {
    return evaluationShare.isPresent();
  }

  void evaluating(boolean now) {
    evaluationShare = now ? OptionalDouble.of(0) : OptionalDouble.empty();
  }

  void evaluationAdvanced(double share) {
    evaluationShare = OptionalDouble.of(share);
  }

  /** An evaluation has ended in one way or another, and all that follows from it. */
  void evaluationEnded(long ofStep) {
    evaluatedStep = OptionalLong.of(ofStep);
  }

  /** Whether the last evaluation that ended was of this step. */
  boolean isEvaluated(long ofStep) {
    return evaluatedStep.equals(OptionalLong.of(ofStep));
  }

  void scored(long ofStep, Map<String, Double> found) {
    scores = found;
    scoreStep = OptionalLong.of(ofStep);
  }

  void saved(CheckpointStore.Saved file) {
    checkpointStep = OptionalLong.of(file.step());
  }

  void gridWritten(long ofStep) {
    gridStep = OptionalLong.of(ofStep);
  }

  int rollbacks() {
    return rollbacks;
  }

  void rolledBack() {
    rollbacks++;
  }

  void failed(String reason) {
    state = RunState.FAILED;
    failure = Optional.of(reason);
  }

  Optional<String> failure() {
    return failure;
  }

  Troubles troubles() {
    return troubles;
  }

  /** What is known of the run, and of the memory of what computes it. */
  Status status(EngineMemory memory) {
    OptionalDouble secondsPerStep = pace.secondsPerStep();
    OptionalDouble remaining =
        secondsPerStep.isEmpty() || state == RunState.FAILED
            ? OptionalDouble.empty()
            : OptionalDouble.of(
                secondsPerStep.getAsDouble() * Math.max(0, settings.training().steps() - step));
    return new Status(
        version,
        ProcessHandle.current().pid(),
        settings.preset(),
        settings.compute().described(),
        runDirectory,
        state,
        step,
        settings.training().steps(),
        epoch(),
        settings.training().batch(),
        settings.training().imagesAtOnce(),
        imagesPerSecond(),
        secondsPerStep,
        pace.elapsedSeconds(),
        remaining,
        finishesAt(remaining),
        loss(StepResult::discriminatorLoss),
        loss(StepResult::generatorLoss),
        scores,
        scoreStep,
        checkpointStep,
        gridStep,
        evaluationShare,
        rollbacks,
        startedAt,
        lastStepAt,
        resumedAt,
        failure,
        troubles.list(),
        memory == EngineMemory.NONE ? Optional.empty() : Optional.of(device(memory)));
  }

  private DeviceMemory device(EngineMemory memory) {
    return new DeviceMemory(
        settings.compute().device(),
        memory.free().stream().mapToLong(EngineMemory.Free::bytes).findFirst(),
        memory.plannedBytes(),
        memory.keptBytes(),
        memory.crossedBytes());
  }

  private Optional<Instant> finishesAt(OptionalDouble remaining) {
    return remaining.isEmpty() || state != RunState.RUNNING
        ? Optional.empty()
        : Optional.of(
            Instant.now()
                .plusSeconds(Math.round(remaining.getAsDouble()))
                .truncatedTo(ChronoUnit.SECONDS));
  }

  private OptionalDouble loss(ToDoubleFunction<StepResult> which) {
    return last.stream().mapToDouble(event -> which.applyAsDouble(event.result())).findFirst();
  }
}
