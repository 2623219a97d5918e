package io.troupe.actors.backup;

/** A backup cannot be made or used. The message says why, and what to do. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1L;

  BackupException(String message) {
    super(message);
  }
}
