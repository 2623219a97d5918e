package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.BestCheckpoint;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import io.troupe.actors.sampling.Sampler;
import io.troupe.actors.supervision.Supervision;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the daemon does when its helpers say something or fail. Belongs to the daemon and runs in
 * its thread.
 */
final class HelperEvents {
  private final RunProgress progress;
  private final RunRecorder recorder;
  private final Members members;
  private final PendingAnswers pending;
  private final DaemonParts parts;
  private final BestCheckpoint best;
  private final LoopSequence loops;
  private final CollapseEvents collapse;
  private final RunEnd end;
  private final Ending ending;
  private final Dispatch<Checkpointer.Event> checkpoints;
  private final Dispatch<Evaluator.Event> evaluations;
  private final Dispatch<Sampler.Event> pictures;
  private boolean evaluatorUp;
  private boolean samplerUp;

  HelperEvents(
      DaemonParts parts,
      BestCheckpoint best,
      LoopSequence loops,
      WayBack wayBack,
      CollapseEvents collapse,
      RunEnd end) {
    this.collapse = collapse;
    this.parts = parts;
    progress = parts.progress();
    recorder = parts.recorder();
    members = parts.members();
    pending = parts.pending();
    this.best = best;
    this.loops = loops;
    this.end = end;
    ending = end.ending();
    checkpoints =
        Dispatch.of(Checkpointer.Event.class)
            .on(Checkpointer.Saved.class, this::onSaved)
            .on(Checkpointer.SaveFailed.class, this::onSaveFailed)
            .on(Checkpointer.BestKept.class, this::onBestKept)
            .on(Checkpointer.BestMissed.class, this::onBestMissed)
            .on(Checkpointer.Restored.class, loops::restored)
            .on(Checkpointer.RestoreFailed.class, wayBack::notRestored)
            .complete();
    evaluations =
        Dispatch.of(Evaluator.Event.class)
            .on(Evaluator.Ready.class, message -> onEvaluatorReady())
            .on(Evaluator.EvaluationStarted.class, this::onStarted)
            .on(
                Evaluator.EvaluationAdvanced.class,
                advanced -> recorder.evaluationAdvanced(advanced.share()))
            .on(Evaluator.EvaluationFinished.class, this::onFinished)
            .on(
                Evaluator.RemoteFailed.class,
                failed -> recorder.remoteFailed(JobKind.EVALUATE, failed.reason(), failed.busy()))
            .on(Evaluator.EvaluationCancelled.class, this::onCancelled)
            .complete();
    pictures =
        Dispatch.of(Sampler.Event.class)
            .on(Sampler.Ready.class, message -> onSamplerReady())
            .on(Sampler.GridWritten.class, this::onGridWritten)
            .on(Sampler.GridFailed.class, this::onGridFailed)
            .on(
                Sampler.RemoteFailed.class,
                failed -> recorder.remoteFailed(JobKind.SAMPLE, failed.reason(), failed.busy()))
            .on(Sampler.PicturesWritten.class, this::onPicturesWritten)
            .on(Sampler.PicturesFailed.class, this::onPicturesFailed)
            .complete();
  }

  /** Whether scores can be waited for: there is an evaluator, or one is starting. */
  boolean canScore() {
    return parts.runContext().noScores().isEmpty() && cannotEvaluate().isEmpty();
  }

  /** Why the evaluator cannot be asked, if it has failed and not started again. */
  Optional<String> cannotEvaluate() {
    return evaluatorUp ? Optional.empty() : cannotWork(Helper.EVALUATOR);
  }

  /** Why the sampler cannot be asked, if it has failed and not started again. */
  Optional<String> cannotSample() {
    return samplerUp ? Optional.empty() : cannotWork(Helper.SAMPLER);
  }

  private Optional<String> cannotWork(Helper helper) {
    return progress
        .troubles()
        .of(helper)
        .map(trouble -> trouble.sentence() + "; it starts again by itself, within a minute");
  }

  /** The checkpointer said something. */
  void heard(Checkpointer.Event event) {
    checkpoints.hear(event);
  }

  /** The evaluator said something. */
  void heard(Evaluator.Event event) {
    evaluations.hear(event);
  }

  /** The sampler said something. */
  void heard(Sampler.Event event) {
    pictures.hear(event);
  }

  private void onBestKept(Checkpointer.BestKept kept) {
    best.kept(kept.value());
    recorder.helpers().works(Helper.BEST_CHECKPOINT);
    recorder.helpers().removed(kept.notRemoved());
    recorder.event(
        RunEvent.BEST,
        Map.of("of_step", kept.step(), "value", kept.value(), "file", kept.file().toString()));
    ending.evaluationEnded(kept.step());
  }

  private void onBestMissed(Checkpointer.BestMissed missed) {
    if (missed.failed()) {
      recorder.helpers().failing(Helper.BEST_CHECKPOINT, missed.reason(), false);
    }
    recorder.event(
        RunEvent.BEST_MISSED, Map.of("of_step", missed.step(), "reason", missed.reason()));
    ending.evaluationEnded(missed.step());
  }

  private void onSaveFailed(Checkpointer.SaveFailed failed) {
    if (failed.diverged()) {
      parts.loop().tell(new Trainer.Diverged(failed.step(), failed.reason()));
    }
    recorder.saveFailed(failed);
    if (failed.last()) {
      refuse(PendingAnswers.Event.SAVED, "cannot save: " + failed.reason());
      if (progress.state() == RunState.STOPPING) {
        end.fail("the last checkpoint could not be written: " + failed.reason());
      }
      loops.lastTried(failed.step());
    }
  }

  private void onSaved(Checkpointer.Saved saved) {
    recorder.saved(saved);
    long step = saved.file().step();
    pending.answer(
        PendingAnswers.Event.SAVED,
        step,
        new RunAnswer.Done(
            step,
            "checkpoint written",
            Map.of("file", saved.file().file().toString(), "sha256", saved.file().sha256())));
    if (step == progress.step() && progress.state() == RunState.STOPPING) {
      ending.stateSaved(cannotSample().isEmpty());
    }
    loops.lastTried(step);
  }

  private void onEvaluatorReady() {
    evaluatorUp = true;
    recorder.helpers().started(Helper.EVALUATOR);
    parts.follow();
  }

  private void onStarted(Evaluator.EvaluationStarted started) {
    recorder.evaluationStarted(started.step());
    members.checkpointer().tell(new Checkpointer.Hold(started.step()));
  }

  private void onFinished(Evaluator.EvaluationFinished finished) {
    recorder.evaluationFinished(finished);
    members.redraw();
    pending.answer(
        PendingAnswers.Event.EVALUATED,
        finished.step(),
        new RunAnswer.Done(
            finished.step(),
            "evaluated",
            Map.of("scores", finished.scores(), "protocol", finished.protocol())));
    if (!judge(finished)) {
      ending.evaluationEnded(finished.step());
    }
    collapse.hear(finished);
  }

  private void onCancelled(Evaluator.EvaluationCancelled cancelled) {
    recorder.evaluationCancelled(cancelled);
    ending.evaluationEnded(cancelled.step());
  }

  /**
   * Lets the checkpointer keep what an earlier daemon of the run found the best, if that was killed
   * in between.
   */
  void judgeKnown(long step, Map<String, Double> scores) {
    OptionalDouble value = best.value(scores);
    if (value.isPresent()
        && best.improves(value.getAsDouble())
        && parts.runContext().store().has(step)) {
      members.checkpointer().tell(new Checkpointer.Judged(step, true, value.getAsDouble()));
    }
  }

  /**
   * Lets the checkpointer keep the evaluated step's file if it is the best, or release it.
   *
   * @return whether it is the best, which the checkpointer will answer
   */
  private boolean judge(Evaluator.EvaluationFinished finished) {
    OptionalDouble value = best.value(finished.scores());
    boolean improved = value.isPresent() && best.improves(value.getAsDouble());
    members
        .checkpointer()
        .tell(new Checkpointer.Judged(finished.step(), improved, value.orElse(Double.NaN)));
    return improved;
  }

  private void onSamplerReady() {
    samplerUp = true;
    recorder.helpers().started(Helper.SAMPLER);
    parts.follow();
  }

  private void onGridWritten(Sampler.GridWritten grid) {
    recorder.gridWritten(grid);
    members.redraw();
    pending.answer(
        PendingAnswers.Event.GRID_WRITTEN,
        grid.step(),
        new RunAnswer.Done(grid.step(), "grid written", Map.of("file", grid.file().toString())));
    ending.gridDone(grid.step());
  }

  private void onGridFailed(Sampler.GridFailed failed) {
    recorder.helpers().failing(Helper.SAMPLER, failed.reason(), false);
    gridFailed(failed.step(), failed.reason());
  }

  private void onPicturesWritten(Sampler.PicturesWritten written) {
    recorder.picturesWritten(written);
    pending.answer(
        written.wanted().asker(),
        new RunAnswer.Done(
            written.step(),
            written.wanted().text() + " written",
            Map.of("file", written.file().toString())));
  }

  private void onPicturesFailed(Sampler.PicturesFailed failed) {
    recorder.event(RunEvent.PICTURES_FAILED, failed.step(), Map.of("reason", failed.reason()));
    pending.answer(failed.wanted().asker(), parts.refused(failed.reason()));
  }

  private void gridFailed(long step, String reason) {
    recorder.event(RunEvent.GRID_FAILED, step, Map.of("reason", reason));
    refuse(PendingAnswers.Event.GRID_WRITTEN, reason);
    ending.gridDone(progress.step());
  }

  /** A helper failed, so that its supervisor had to do something. */
  void failed(Supervision.Failure failure) {
    recorder.helpers().failing(failure.helper(), failure.cause(), failure.starting());
    if (failure.helper().equals(Helper.EVALUATOR)) {
      recorder.helpers().restarted(failure.helper());
      if (evaluatorUp) {
        recorder.evaluationFailed(failure.cause());
      }
      evaluatorUp = false;
      refuse(PendingAnswers.Event.EVALUATED, "the evaluator failed: " + failure.cause());
      ending.evaluationEnded(progress.step());
    } else if (failure.helper().equals(Helper.SAMPLER)) {
      recorder.helpers().restarted(failure.helper());
      samplerUp = false;
      refuse(PendingAnswers.Event.PICTURES_WRITTEN, "the sampler failed: " + failure.cause());
      gridFailed(progress.step(), failure.cause());
    }
  }

  private void refuse(PendingAnswers.Event event, String reason) {
    pending.refuse(event, parts.refused(reason));
  }
}
