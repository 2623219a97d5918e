package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.control.ControlServer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.loop.TrainingLoop;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.sampling.Sampler;
import io.troupe.config.SettingsHistory;
import io.troupe.models.training.StepResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells the journal, the followers, the metrics and the status what happens in a run. */
final class RunRecorder {
  private static final List<String> STATES =
      Arrays.stream(RunState.values()).map(RunState::label).toList();

  private final RunProgress progress;
  private final RunMetrics metrics;
  private final EventWriter events;
  private final HelperRecorder helpers;

  /**
   * A recorder of a run of which nothing has happened.
   *
   * @param helpers that all work
   */
  RunRecorder(
      RunProgress progress,
      RunMetrics metrics,
      ActorRef<RunJournal.Command> journal,
      ActorRef<ControlServer.Command> followers,
      List<Helper> helpers) {
    this.progress = progress;
    this.metrics = metrics;
    events = new EventWriter(progress, journal, followers);
    this.helpers = new HelperRecorder(progress, metrics, events, helpers);
    metrics.state(progress.state().label(), STATES);
  }

  /** Tells how helpers are. */
  HelperRecorder helpers() {
    return helpers;
  }

  /** Writes an event about a step. */
  void event(RunEvent kind, long step, Map<String, Object> details) {
    events.write(kind, step, details);
  }

  /** Writes an event about the present step. */
  void event(RunEvent kind, Map<String, Object> details) {
    events.write(kind, details);
  }

  void state(RunState now) {
    progress.setState(now);
    metrics.state(now.label(), STATES);
  }

  void failed(String reason) {
    progress.failed(reason);
    metrics.state(RunState.FAILED.label(), STATES);
    events.write(RunEvent.FAILED, Map.of("reason", reason));
  }

  void started(TrainingLoop.Assembled loop) {
    boolean fresh = loop.step() == 0;
    events.write(
        fresh ? RunEvent.STARTED : RunEvent.RESUMED,
        loop.step(),
        Map.of(
            "preset", progress.settings().preset(),
            "seed", progress.settings().seed(),
            "precision", progress.settings().compute().described(),
            "pid", ProcessHandle.current().pid()));
  }

  /** What was decided of settings when this daemon began. */
  void chosen(List<Choice> choices) {
    choices.forEach(
        choice ->
            events.write(
                RunEvent.CHOSEN,
                Map.of("key", choice.key(), "to", choice.to(), "because", choice.because())));
  }

  /** The journal lacks steps that an earlier daemon of the run did. */
  void stepsLost(long lost) {
    events.write(RunEvent.JOURNAL_GAP, Map.of("lost", lost));
  }

  /** Scores that an earlier daemon of the run has written. */
  void scoresKnown(long ofStep, Map<String, Double> scores) {
    progress.scored(ofStep, scores);
    metrics.scores(ofStep, scores);
  }

  void stepCompleted(Trainer.StepCompleted event) {
    progress.stepCompleted(event);
    metrics.stepCompleted(
        event.result(),
        progress.epoch(),
        progress.imagesPerStep(),
        event.seconds(),
        event.emaSeconds(),
        event.dataWaitSeconds(),
        event.leaseWaitSeconds());
    StepResult result = event.result();
    if (result.step() % progress.settings().journal().every() == 0) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("discriminator_loss", result.discriminatorLoss());
      details.put("generator_loss", result.generatorLoss());
      details.put("real_logit", result.realLogit());
      details.put("fake_logit", result.fakeLogit());
      details.put("accuracy", result.accuracy());
      details.put("logit_deviation", result.logitDeviation());
      if (Double.isFinite(result.perplexity())) {
        details.put("perplexity", result.perplexity());
      }
      if (Double.isFinite(result.augmentation())) {
        details.put("augmentation_probability", result.augmentation());
        details.put("real_sign", result.realSign());
      }
      details.putAll(result.penalties());
      details.put("seconds", event.seconds());
      details.put("images_per_second", progress.imagesPerSecond().orElse(0));
      events.write(RunEvent.STEP, result.step(), details);
    }
  }

  void evaluationStarted(long step) {
    progress.evaluating(true);
    events.write(RunEvent.EVALUATION_STARTED, Map.of("of_step", step));
  }

  void evaluationAdvanced(double share) {
    progress.evaluationAdvanced(share);
    metrics.evaluationAdvanced(share);
  }

  void evaluationFinished(Evaluator.EvaluationFinished event) {
    progress.scored(event.step(), event.scores());
    progress.evaluating(false);
    metrics.scores(event.step(), event.scores());
    metrics.evaluated(event.seconds());
    helpers.works(Helper.EVALUATOR);
    event.node().ifPresent(node -> remoteDone(JobKind.EVALUATE));
    event
        .plotFailure()
        .ifPresentOrElse(
            cause -> helpers.failing(Helper.FEATURE_PLOT, cause, false),
            () -> helpers.works(Helper.FEATURE_PLOT));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("of_step", event.step());
    details.put("scores", event.scores());
    details.put("protocol", event.protocol());
    details.put("seconds", event.seconds());
    event.node().ifPresent(node -> details.put("node", node));
    events.write(RunEvent.EVALUATION_FINISHED, details);
  }

  private static Helper ofFleet(JobKind kind) {
    return kind == JobKind.SAMPLE ? Helper.FLEET_SAMPLER : Helper.FLEET_EVALUATOR;
  }

  /** A node of the fleet has done a job. */
  private void remoteDone(JobKind kind) {
    metrics.remoteJob(kind.label(), true);
    helpers.works(ofFleet(kind));
  }

  /**
   * A node of the fleet was to do a job, which is done here.
   *
   * @param busy whether it is only that all nodes have too much to do, which is no trouble
   */
  void remoteFailed(JobKind kind, String reason, boolean busy) {
    metrics.remoteJob(kind.label(), false);
    if (!busy) {
      helpers.failing(ofFleet(kind), reason, false);
    }
  }

  void evaluationCancelled(Evaluator.EvaluationCancelled event) {
    if (event.begun()) {
      progress.evaluating(false);
    }
    metrics.evaluationLost("cancelled");
    events.write(RunEvent.EVALUATION_CANCELLED, Map.of("of_step", event.step()));
  }

  /** The evaluator has failed, and with it what it was doing. */
  void evaluationFailed(String reason) {
    progress.evaluating(false);
    metrics.evaluationLost("failed");
    events.write(RunEvent.EVALUATION_FAILED, Map.of("reason", reason));
  }

  void gridWritten(Sampler.GridWritten event) {
    helpers.works(Helper.SAMPLER);
    progress.gridWritten(event.step());
    metrics.gridWritten(event.seconds());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("of_step", event.step());
    details.put("file", event.file().toString());
    details.put("seconds", event.seconds());
    event
        .node()
        .ifPresent(
            node -> {
              details.put("node", node);
              remoteDone(JobKind.SAMPLE);
            });
    events.write(RunEvent.GRID, details);
  }

  /** Not a sign that the sampler works: grids are written elsewhere. */
  void picturesWritten(Sampler.PicturesWritten event) {
    events.write(
        RunEvent.PICTURES,
        event.step(),
        Map.of(
            "file", event.file().toString(),
            "text", event.wanted().text(),
            "seconds", event.seconds()));
  }

  /** An event for each key, with its old and new value, and the first step that it matters to. */
  void settingsChanged(List<SettingsChange.Changed> changes) {
    metrics.settingsChanged(changes.size());
    for (SettingsChange.Changed change : changes) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("key", change.key());
      details.put("from", change.from());
      details.put("to", change.to());
      change.fromStep().ifPresent(step -> details.put("from_step", step));
      events.write(RunEvent.SETTINGS, details);
    }
  }

  /** Changes that were recorded before hold again, because the run had gone back. */
  void segment(long fromStep, List<SettingsHistory.Change> changes) {
    events.write(
        RunEvent.SEGMENT,
        Map.of(
            "from_step",
            fromStep,
            "changed",
            changes.stream()
                .map(change -> "%s: %s -> %s".formatted(change.key(), change.from(), change.to()))
                .toList()));
  }

  /** Checkpoints that a start or a return could not use. */
  void checkpointsRejected(List<String> reasons) {
    reasons.forEach(reason -> events.write(RunEvent.CHECKPOINT_REJECTED, Map.of("reason", reason)));
  }

  void saved(Checkpointer.Saved event) {
    helpers.works(Helper.CHECKPOINTER);
    helpers.removed(event.notRemoved());
    progress.saved(event.file());
    metrics.checkpointSaved(event.file().step(), event.file().bytes(), event.seconds());
    events.write(
        RunEvent.CHECKPOINT,
        Map.of(
            "of_step", event.file().step(),
            "file", event.file().file().toString(),
            "bytes", event.file().bytes(),
            "sha256", event.file().sha256(),
            "seconds", event.seconds()));
  }

  void saveFailed(Checkpointer.SaveFailed event) {
    metrics.checkpointFailed();
    if (!event.diverged()) {
      helpers.failing(Helper.CHECKPOINTER, event.reason(), false);
    }
    events.write(
        RunEvent.CHECKPOINT_FAILED,
        Map.of("of_step", event.step(), "reason", event.reason(), "given_up", event.last()));
  }

  void saveSkipped(long step) {
    metrics.checkpointSkipped();
    events.write(RunEvent.CHECKPOINT_SKIPPED, step, Map.of());
  }

  void rolledBack(String reason, long toStep) {
    progress.rolledBack();
    metrics.rolledBack();
    events.write(RunEvent.ROLLBACK, Map.of("reason", reason, "to_step", toStep));
  }

  /** These signs of a collapse are looked for. */
  void watched(List<String> signs) {
    signs.forEach(sign -> metrics.collapse(sign, false));
  }

  /** A sign of a collapse is seen now, or is no more. */
  void collapse(String sign, Optional<String> reason) {
    metrics.collapse(sign, reason.isPresent());
    reason.ifPresentOrElse(
        words -> events.write(RunEvent.COLLAPSE, Map.of("sign", sign, "reason", words)),
        () -> events.write(RunEvent.COLLAPSE_OVER, Map.of("sign", sign)));
  }
}
