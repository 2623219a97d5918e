package io.troupe.actors.checkpoint;

import java.nio.file.Path;

/** A file that cannot be used as a checkpoint, and why. */
public final class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean damaged;

  private CheckpointException(Path file, String reason, boolean damaged) {
    super(file + ": " + reason);
    this.damaged = damaged;
  }

  /** The file is not as it was written; an older one may be good. */
  static CheckpointException damaged(Path file, String reason) {
    return new CheckpointException(file, reason, true);
  }

  /** The file is sound, but not for this program or these settings. */
  static CheckpointException unfit(Path file, String reason) {
    return new CheckpointException(file, reason, false);
  }

  boolean isDamaged() {
    return damaged;
  }
}
