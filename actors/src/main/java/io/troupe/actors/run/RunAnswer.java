package io.troupe.actors.run;

import java.util.Map;

/** The answer to a {@link RunCommand}. */
public sealed interface RunAnswer {

  /**
   * It was done.
   *
   * @param details e.g. the path of a written file, or scores
   */
  record Done(long step, String message, Map<String, Object> details) implements RunAnswer {}

  /** It was not done, and why. */
  record Refused(long step, String reason) implements RunAnswer {}

  /** It cannot be done in any state of the run, because what was asked for is wrong. */
  record Invalid(long step, String reason) implements RunAnswer {}
}
