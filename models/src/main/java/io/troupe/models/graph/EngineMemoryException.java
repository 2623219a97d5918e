package io.troupe.models.graph;

/** An engine's own memory is too small for what it is to hold. */
public final class EngineMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A failure to take memory.
   *
   * @param message says how many bytes, where
   */
  public EngineMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
