package io.troupe.actors.remote;

/** A job was not done elsewhere; says why. */
public final class JobException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  public JobException(String message) {
    super(message);
  }

  /** Why, with what caused it. */
  public JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
