package io.troupe.actors.run;

/** A run that does not start because all its steps are done. */
public final class RunCompleteException extends RunException {
  private static final long serialVersionUID = 1;

  /** With a message that says so and what to do. */
  public RunCompleteException(String message) {
    super(message);
  }
}
