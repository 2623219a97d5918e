package io.troupe.metrics;

/**
 * Weights that cannot be used. The message says which file, where in it, what was found, what was
 * expected, and what to do.
 */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public WeightsException(String message) {
    super(message);
  }

  /** With a message for people, and what went wrong underneath. */
  public WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
