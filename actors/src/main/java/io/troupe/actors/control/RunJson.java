package io.troupe.actors.control;

import io.troupe.actors.run.DeviceMemory;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.Trouble;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a daemon says, as members of JSON objects. */
final class RunJson {
  private RunJson() {}

  /** A status, one member for each component. */
  static Map<String, Object> status(Status status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", status.version());
    json.put("pid", status.pid());
    json.put("preset", status.preset());
    json.put("precision", status.precision());
    json.put("run_directory", status.runDirectory());
    json.put("state", status.state().label());
    json.put("step", status.step());
    json.put("steps", status.steps());
    json.put("epoch", status.epoch());
    json.put("batch", status.batch());
    json.put("micro_batch", status.microBatch());
    json.put("images_per_second", status.imagesPerSecond());
    json.put("seconds_per_step", status.secondsPerStep());
    json.put("elapsed_seconds", status.elapsedSeconds());
    json.put("remaining_seconds", status.remainingSeconds());
    json.put("finishes_at", status.finishesAt());
    json.put("discriminator_loss", status.discriminatorLoss());
    json.put("generator_loss", status.generatorLoss());
    json.put("scores", status.scores());
    json.put("score_step", status.scoreStep());
    json.put("checkpoint_step", status.checkpointStep());
    json.put("grid_step", status.gridStep());
    json.put("evaluating", status.evaluating());
    json.put("evaluation_share", status.evaluationShare());
    json.put("rollbacks", status.rollbacks());
    json.put("started_at", status.startedAt());
    json.put("last_step_at", status.lastStepAt());
    json.put("failure", status.failure());
    json.put("troubles", status.troubles().stream().map(RunJson::trouble).toList());
    json.put("device_memory", status.deviceMemory().map(RunJson::memory));
    return json;
  }

  private static Map<String, Object> memory(DeviceMemory memory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", memory.device());
    json.put("free_bytes", memory.freeBytes());
    json.put("planned_bytes", memory.plannedBytes());
    json.put("kept_bytes", memory.keptBytes());
    json.put("crossed_bytes", memory.crossedBytes());
    return json;
  }

  private static Map<String, Object> trouble(Trouble trouble) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("helper", trouble.helper().label());
    json.put("since", trouble.since());
    json.put("failures", trouble.times());
    json.put("cause", trouble.cause());
    return json;
  }

  /** An event as a line of the journal has it. */
  static Map<String, Object> event(JournalEvent event) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", event.time());
    json.put("event", event.event().label());
    json.put("step", event.step());
    json.putAll(event.details());
    return json;
  }
}
