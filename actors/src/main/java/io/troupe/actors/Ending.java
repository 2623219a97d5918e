package io.troupe.actors;

/** What a run that is to end still waits for: its last state on disk, a grid, scores. */
final class Ending {
  private boolean state = true;
  private boolean grid;
  private boolean scores;

  /**
   * All steps are done: what is to be had of the last one.
   *
   * @param withScores whether an evaluation is running or due
   */
  void awaitGrid(boolean withScores) {
    grid = true;
    scores = withScores;
  }

  void stateSaved() {
    state = false;
  }

  boolean awaitsGrid() {
    return grid;
  }

  void gridDone() {
    grid = false;
  }

  boolean awaitsScores() {
    return scores;
  }

  void scoresDone() {
    scores = false;
  }

  /** Whether nothing is waited for any more. */
  boolean isComplete() {
    return !state && !grid && !scores;
  }
}
