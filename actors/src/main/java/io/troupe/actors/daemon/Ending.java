package io.troupe.actors.daemon;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import java.util.Map;

/** What a run that is to end still waits for: its last state on disk, a grid, scores. */
final class Ending {
  private final RunProgress progress;
  private final RunRecorder recorder;
  private final Runnable remind;
  private final Runnable complete;
  private boolean state = true;
  private boolean grid;
  private boolean scores;

  /**
   * Of a run.
   *
   * @param remind calls {@link #late} a while later
   * @param complete called when nothing is waited for any more
   */
  Ending(RunProgress progress, RunRecorder recorder, Runnable remind, Runnable complete) {
    this.progress = progress;
    this.recorder = recorder;
    this.remind = remind;
    this.complete = complete;
  }

  /**
   * All steps are done: the run ends with what is to be had of the last one.
   *
   * @param withGrid whether a grid is drawn of it
   * @param canScore whether there is an evaluator; scores are waited for if an evaluation is
   *     running or due
   * @return whether scores of the last step are waited for: the evaluator may have missed it
   */
  boolean awaitLast(boolean withGrid, boolean canScore) {
    grid = withGrid;
    scores = canScore && (progress.evaluating() || isLastStepDue());
    return scores && isLastStepDue();
  }

  /** The trainer's last word may come after the scores of its last step. */
  private boolean isLastStepDue() {
    return progress.settings().evaluation().isDueAt(progress.step())
        && !progress.isEvaluated(progress.step());
  }

  /**
   * The last state is on disk.
   *
   * @param canDraw whether there is a sampler
   */
  void stateSaved(boolean canDraw) {
    state = false;
    if (!canDraw) {
      giveUpGrid();
    }
    remind.run();
    endIfComplete();
  }

  /** The grid of a step is there, or will not come. */
  void gridDone(long step) {
    if (progress.state() == RunState.STOPPING && step == progress.step()) {
      grid = false;
      endIfComplete();
    }
  }

  /** An evaluation has ended in one way or another, and all that follows from it. */
  void evaluationEnded(long step) {
    progress.evaluationEnded(step);
    if (!scores) {
      return;
    }
    if (step == progress.step() || !(isLastStepDue() || progress.evaluating())) {
      scores = false;
      endIfComplete();
    } else {
      remind.run();
    }
  }

  /** A stop: scores are not waited for. */
  void cutShort() {
    scores = false;
    endIfComplete();
  }

  /** Of the last grid or the last scores nothing was heard for a while. */
  void late() {
    giveUpGrid();
    if (!progress.evaluating()) {
      scores = false;
    }
    endIfComplete();
  }

  private void giveUpGrid() {
    if (grid) {
      recorder.event(RunEvent.GRID_FAILED, Map.of("reason", "no answer of the sampler"));
      grid = false;
    }
  }

  private void endIfComplete() {
    if (!state && !grid && !scores) {
      complete.run();
    }
  }
}
