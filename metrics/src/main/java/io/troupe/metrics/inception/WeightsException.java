package io.troupe.metrics.inception;

/**
 * Weights that cannot be used. The message says which file, where in it, what was found, what was
 * expected, and what to do.
 */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WeightsException(String message) {
    super(message);
  }

  WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
