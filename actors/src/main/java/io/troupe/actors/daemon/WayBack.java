package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.loop.MicroBatchChoice;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.training.DivergedException;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What follows when a loop has failed or training has collapsed: the run goes back to a checkpoint,
 * or ends. Belongs to the daemon and runs in its thread.
 */
final class WayBack {
  private final DaemonParts parts;
  private final SettingsRequests requests;
  private final ForensicEvents forensics;
  private final RunEnd end;

  /** Why the present loop failed, until the checkpointer has gone back. */
  private Optional<Throwable> failure = Optional.empty();

  private OptionalLong divergedFrom = OptionalLong.empty();

  WayBack(DaemonParts parts, SettingsRequests requests, ForensicEvents forensics, RunEnd end) {
    this.parts = parts;
    this.requests = requests;
    this.forensics = forensics;
    this.end = end;
  }

  /** Training has collapsed: the loop ends, and the run goes back to its best checkpoint. */
  void collapsed(String reason) {
    failure = Optional.of(new CollapsedException("training has collapsed: " + reason));
    parts.recorder().state(RunState.STARTING);
    parts.pending().answerAll(parts.refused(reason));
    parts.loop().stop();
  }

  /** Whether the present loop's steps are taken back. */
  boolean isCollapsed() {
    return failure.filter(CollapsedException.class::isInstance).isPresent();
  }

  /** The collapsed loop has ended. */
  void leaveCollapsed() {
    Throwable cause = failure.orElseThrow();
    if (parts.hasEnded()) {
      return;
    }
    forensics.keep(cause.getMessage());
    if (parts.progress().rollbacks() >= mostRollbacks()) {
      end.fail(
          "%s; the run has gone back %d times already, which is supervision.max-rollbacks; smaller learning rates, a penalty or augmentation may help"
              .formatted(cause.getMessage(), parts.progress().rollbacks()));
      return;
    }
    parts
        .members()
        .checkpointer()
        .tell(
            new Checkpointer.RestoreBest(
                parts.runContext().start(), parts.runContext().training().redraws() + 1));
  }

  /** The loop has failed, and has ended; it had not collapsed before. */
  void loopFailed(Throwable cause) {
    RunProgress progress = parts.progress();
    parts
        .context()
        .getLog()
        .error("the training loop failed after step {}", progress.step(), cause);
    parts.loop().lost();
    parts.segments().reached(Segments.Phase.STEADY);
    if (isDivergence(cause)) {
      forensics.keep(cause.getMessage());
    }
    boolean stopping = progress.state() == RunState.STOPPING;
    if (stopping || progress.rollbacks() >= mostRollbacks()) {
      end.fail(cause.getMessage());
      return;
    }
    parts.recorder().state(RunState.STARTING);
    String reason = "the training loop failed: " + cause.getMessage();
    parts.pending().answerAll(parts.refused(reason));
    parts.refuseChange(reason + "; nothing has changed");
    failure = Optional.of(cause);
    parts
        .members()
        .checkpointer()
        .tell(
            new Checkpointer.Restore(
                parts.runContext().start(),
                isDivergence(cause) ? divergedFrom : OptionalLong.empty()));
  }

  /**
   * The state of the run's context is that of a checkpoint.
   *
   * @return where training goes on; empty if the run has failed
   */
  Optional<Trainer.Standing> restored(Checkpointer.Restored message) {
    Throwable cause = failure.orElseThrow();
    failure = Optional.empty();
    TrainingState start = parts.runContext().start();
    TrainingState.Progress from = start.progress();
    if (isDivergence(cause)) {
      divergedFrom = OptionalLong.of(from.step());
    }
    message
        .rejected()
        .forEach(reason -> parts.context().getLog().warn("passed over a checkpoint: {}", reason));
    parts.recorder().checkpointsRejected(message.rejected());
    boolean collapsed = cause instanceof CollapsedException;
    try {
      parts.recorder().settingsChanged(parts.segments().wentBack(from.step()));
      if (isOutOfMemory(cause)) {
        parts.recorder().settingsChanged(withSmallerMicroBatch(from.step()));
      }
      if (collapsed) {
        requests.weaken(from.step() + 1);
      }
    } catch (IOException | RunException | SettingsException e) {
      failBack(cause, e.getMessage());
      return Optional.empty();
    }
    // The checkpoint may be from before earlier redraws, with which it would diverge once more.
    int redraws = parts.runContext().training().redraws();
    boolean again = isDivergence(cause) || collapsed;
    start.setProgress(from.withRedraws(again ? redraws + 1 : redraws));
    if (again) {
      parts.members().evaluator().tell(new Evaluator.TakenBack(from.step()));
    }
    parts.recorder().rolledBack(cause.getMessage(), from.step());
    parts.progress().restored(from.step());
    return Optional.of(Trainer.Standing.after(from.step()));
  }

  /** Steps after one that went out of memory compute fewer pictures at once. */
  private List<SettingsChange.Changed> withSmallerMicroBatch(long step)
      throws IOException, RunException {
    Segments segments = parts.segments();
    RunSettings smaller =
        parts
            .runContext()
            .owned()
            .smaller(segments.history().newest())
            .orElseThrow(
                () ->
                    new RunException(
                        MicroBatchChoice.KEY
                            + " is the least already; choose smaller networks or another device"));
    return segments.change(step, List.of(MicroBatchChoice.KEY), smaller);
  }

  /** There is no checkpoint to go back to. */
  void notRestored(Checkpointer.RestoreFailed message) {
    if (!parts.hasEnded()) {
      failBack(failure.orElseThrow(), message.reason());
    }
  }

  private void failBack(Throwable cause, String reason) {
    end.fail("%s; and going back failed: %s".formatted(cause.getMessage(), reason));
  }

  private int mostRollbacks() {
    return parts.progress().settings().supervision().maxRollbacks();
  }

  private static boolean isOutOfMemory(Throwable cause) {
    return cause.getCause() instanceof EngineMemoryException;
  }

  private static boolean isDivergence(Throwable cause) {
    return cause.getCause() instanceof DivergedException;
  }
}
