package io.troupe.actors.remote;

/** A job was not done elsewhere; says why. */
public final class JobException extends Exception {
  private static final long serialVersionUID = 1;
  private final boolean busy;

  /** Why. */
  public JobException(String message) {
    this(message, false);
  }

  /**
   * Why.
   *
   * @param busy whether it is only that others have too much to do
   */
  public JobException(String message, boolean busy) {
    super(message);
    this.busy = busy;
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
    busy = false;
  }

  /** Whether nothing is wrong but that others have too much to do. */
  public boolean isBusy() {
    return busy;
  }
}
