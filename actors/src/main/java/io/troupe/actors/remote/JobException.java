package io.troupe.actors.remote;

/** A job was not done elsewhere; says why. */
public final class JobException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  public JobException(String message) {
    super(message);
  }

  /** The failure of a job's end, whatever it is. */
  public static JobException of(Throwable failure) {
    return failure instanceof JobException known
        ? known
        : new JobException(String.valueOf(failure), failure);
  }

  /** Why, with what caused it. */
  public JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
