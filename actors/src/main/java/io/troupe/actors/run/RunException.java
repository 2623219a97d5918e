package io.troupe.actors.run;

/** A run that cannot start, in words for the person who started it. */
public class RunException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a message that says what is wrong and what to do. */
  public RunException(String message) {
    super(message);
  }

  /** With a cause. */
  public RunException(String message, Throwable cause) {
    super(message, cause);
  }
}
