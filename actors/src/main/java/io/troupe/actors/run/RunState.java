package io.troupe.actors.run;

import java.util.Locale;

/** The states of a run. */
public enum RunState {
  /** Nothing is trained yet, or again after a failure. */
  STARTING,
  RUNNING,
  PAUSED,
  /** The last checkpoint is being written. */
  STOPPING,
  /** It ended by an error that going back to a checkpoint did not mend. */
  FAILED;

  /** The name in lower case, as faces show it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
