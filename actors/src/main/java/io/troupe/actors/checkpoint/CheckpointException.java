package io.troupe.actors.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A file that cannot be used as a checkpoint, and why. */
public final class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  enum Kind {
    /** The file is not as it was written; an older one may be good. */
    DAMAGED,
    /** A vector has elements that are not finite; an older file may be good. */
    NOT_FINITE,
    /** The file cannot be read, now or ever; another one may be good. */
    UNREADABLE,
    /** The file is sound, but of networks of other sizes. */
    MISFIT,
    /** The file is sound, but not for this program or these settings. */
    UNFIT
  }

  private final transient Path file;
  private final Kind kind;

  private CheckpointException(Path file, String reason, Kind kind, Throwable cause) {
    super(file + ": " + reason, cause);
    this.file = file;
    this.kind = kind;
  }

  static CheckpointException damaged(Path file, String reason) {
    return new CheckpointException(file, reason, Kind.DAMAGED, null);
  }

  static CheckpointException notFinite(Path file, String vector, float value) {
    return new CheckpointException(
        file, "its vector %s has an element %s".formatted(vector, value), Kind.NOT_FINITE, null);
  }

  static CheckpointException unreadable(Path file, IOException cause) {
    return new CheckpointException(file, "it cannot be read: " + cause, Kind.UNREADABLE, cause);
  }

  static CheckpointException unfit(Path file, String reason) {
    return new CheckpointException(file, reason, Kind.UNFIT, null);
  }

  static CheckpointException misfit(Path file, String reason) {
    return new CheckpointException(file, reason, Kind.MISFIT, null);
  }

  /** Whether an older file may be good though this one is not. */
  boolean allowsOlder() {
    return kind != Kind.MISFIT && kind != Kind.UNFIT;
  }

  Path file() {
    return file;
  }

  Kind kind() {
    return kind;
  }

  /** Whether the file is sound, but of networks of other sizes. */
  public boolean isMisfit() {
    return kind == Kind.MISFIT;
  }

  /** Whether training had diverged: a vector has elements that are not finite. */
  public boolean isDivergence() {
    return kind == Kind.NOT_FINITE;
  }
}
