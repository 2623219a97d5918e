package io.troupe.actors.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a daemon says of its run.
 *
 * @param pid of the daemon's process
 * @param precision number format of training, such as {@code float32} or {@code mixed, native};
 *     with the engine, if that is not the native one: {@code float32, torch on cpu}
 * @param step last finished iteration
 * @param steps iterations to run in all
 * @param epoch passes over the data, begun ones included
 * @param batch images of a discriminator or generator step
 * @param microBatch how many of them are computed at once
 * @param imagesPerSecond real pictures, over the last steps; absent before there is a step
 * @param secondsPerStep mean over many steps, by which the remaining time is told; absent before
 *     there were two in this daemon
 * @param elapsedSeconds in training, without pauses, since this daemon began
 * @param remainingSeconds of training until all steps are done, if it goes on as it does
 * @param finishesAt when that will be; absent unless the run is running
 * @param scores of the newest evaluation, by metric
 * @param scoreStep whose generator the scores are of
 * @param checkpointStep newest checkpoint of this process or the one it resumed from
 * @param gridStep newest sample grid of this process
 * @param evaluationShare how far a running evaluation is, from 0 to 1; empty if none is running
 * @param lastStepAt when the last iteration ended
 * @param resumedAt when training last went on after a pause in this daemon
 * @param failure why the run failed
 * @param troubles helpers that fail while the run goes on
 * @param deviceMemory empty unless the engine has memory of its own
 */
public record Status(
    String version,
    long pid,
    String preset,
    String precision,
    String runDirectory,
    RunState state,
    long step,
    long steps,
    long epoch,
    int batch,
    int microBatch,
    OptionalDouble imagesPerSecond,
    OptionalDouble secondsPerStep,
    double elapsedSeconds,
    OptionalDouble remainingSeconds,
    Optional<Instant> finishesAt,
    OptionalDouble discriminatorLoss,
    OptionalDouble generatorLoss,
    Map<String, Double> scores,
    OptionalLong scoreStep,
    OptionalLong checkpointStep,
    OptionalLong gridStep,
    OptionalDouble evaluationShare,
    int rollbacks,
    Instant startedAt,
    Optional<Instant> lastStepAt,
    Optional<Instant> resumedAt,
    Optional<String> failure,
    List<Trouble> troubles,
    Optional<DeviceMemory> deviceMemory) {
  /** Whether an evaluation is running. */
  public boolean evaluating() {
    return evaluationShare.isPresent();
  }
}
