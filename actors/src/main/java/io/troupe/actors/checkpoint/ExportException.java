package io.troupe.actors.checkpoint;

/** Why a network cannot be exported in a format. */
public final class ExportException extends Exception {
  private static final long serialVersionUID = 1;

  /** A reason, and what to do. */
  public ExportException(String reason) {
    super(reason);
  }
}
