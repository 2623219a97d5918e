package io.troupe.actors.daemon;

import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import io.troupe.actors.sampling.Sampler;
import java.util.Map;

/**
 * What the daemon does when the trainer says something. Belongs to the daemon and runs in its
 * thread.
 */
final class TrainerEvents {
  private final DaemonParts parts;
  private final HelperEvents helpers;
  private final Ending ending;
  private final LoopSequence loops;
  private final WayBack wayBack;
  private final CollapseEvents collapse;
  private final Dispatch<Trainer.Event> reactions;

  TrainerEvents(
      DaemonParts parts,
      HelperEvents helpers,
      Ending ending,
      LoopSequence loops,
      WayBack wayBack,
      CollapseEvents collapse) {
    this.collapse = collapse;
    this.parts = parts;
    this.helpers = helpers;
    this.ending = ending;
    this.loops = loops;
    this.wayBack = wayBack;
    reactions =
        Dispatch.of(Trainer.Event.class)
            .on(Trainer.StepCompleted.class, this::onStep)
            .on(Trainer.Paused.class, message -> onPaused())
            .on(Trainer.Resumed.class, message -> onResumed())
            .on(Trainer.SaveSkipped.class, skipped -> parts.recorder().saveSkipped(skipped.step()))
            .on(Trainer.BatchElsewhere.class, this::onBatchElsewhere)
            .on(Trainer.SegmentEnded.class, ended -> loops.segmentEnded(ended.standing()))
            .on(Trainer.Stopped.class, message -> onStopped())
            .complete();
  }

  /** The trainer has said something; after a collapse all that it did is taken back. */
  void hear(Trainer.Event event) {
    if (!wayBack.isCollapsed()) {
      reactions.hear(event);
    }
  }

  private void onStep(Trainer.StepCompleted step) {
    parts.recorder().stepCompleted(step);
    collapse.hear(step.result());
  }

  private void onBatchElsewhere(Trainer.BatchElsewhere batch) {
    HelperRecorder told = parts.recorder().helpers();
    batch
        .failure()
        .ifPresentOrElse(
            reason -> told.failing(Helper.FLEET_DATA, reason, false),
            () -> told.works(Helper.FLEET_DATA));
  }

  private void onPaused() {
    unlessEnding(RunState.PAUSED);
    parts.recorder().event(RunEvent.PAUSED, Map.of());
    answer(PendingAnswers.Event.PAUSED, "paused");
  }

  private void onResumed() {
    unlessEnding(RunState.RUNNING);
    parts.recorder().event(RunEvent.CONTINUED, Map.of());
    answer(PendingAnswers.Event.RESUMED, "running");
  }

  private void answer(PendingAnswers.Event event, String message) {
    parts.pending().answer(event, parts.progress().step(), parts.done(message, Map.of()));
  }

  /** A stop or a failure may overtake the trainer's word that it has paused. */
  private void unlessEnding(RunState now) {
    RunState state = parts.progress().state();
    if (state != RunState.STOPPING && state != RunState.FAILED) {
      parts.recorder().state(now);
    }
  }

  private void onStopped() {
    if (!parts.loop().isPresent()) {
      // There was nothing to train, and its word came before that of the loop.
      loops.whenAssembled(this::onStopped);
      return;
    }
    RunProgress progress = parts.progress();
    if (progress.isInTraining() && progress.step() < progress.settings().training().steps()) {
      // More were asked for when the trainer had just done the last one.
      parts.loop().tell(Trainer.Order.GO_ON);
      return;
    }
    parts.refuseChange("the run has ended; nothing has changed");
    if (parts.progress().state() != RunState.STOPPING) {
      // All steps are done: the run ends with a picture and the scores of where it got, unless
      // there are none but on request.
      parts.recorder().state(RunState.STOPPING);
      boolean withGrid =
          parts.progress().settings().sampling().every() > 0
              || parts.pending().isAwaited(PendingAnswers.Event.GRID_WRITTEN);
      if (withGrid) {
        parts.members().sampler().tell(Sampler.Order.SAMPLE);
      }
      if (ending.awaitLast(withGrid, helpers.canScore())) {
        parts.members().evaluator().tell(Evaluator.Order.EVALUATE_ONCE);
      }
    }
    parts.goOnWithWaiting();
  }
}
