package io.troupe.actors.faults;

import java.util.Optional;

/**
 * Something that is done to a run.
 *
 * @param kind what it is called in the table
 * @param call the system call that it happens at, or "" if at none
 * @param pattern the files that it happens to, as a shell pattern below the run's folder, or ""
 * @param instruction what the library is told, if it does it
 */
record Fault(Kind kind, String call, String pattern, Optional<String> instruction) {
  /** What there is to be done. */
  enum Kind {
    KILL_AT_CALL("SIGKILL at a system call"),
    TERM_AT_CALL("SIGTERM at a system call"),
    KILL("SIGKILL at any time"),
    TERM("SIGTERM at any time"),
    DISK_FULL("disk full (ENOSPC)"),
    IO_ERROR("I/O error (EIO)"),
    NO_PERMISSION("no permission (EACCES)"),
    SHORT_WRITE("half of a write done"),
    CLOCK("clock set forward or back"),
    TORN("file cut off"),
    FLIPPED("bit flipped in a file"),
    MEMORY("too little memory"),
    DATASET_AWAY("dataset away for a while");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    /** Whether somebody has to be told of it in words. */
    boolean isError() {
      return this == DISK_FULL || this == IO_ERROR || this == NO_PERMISSION;
    }

    boolean isKill() {
      return this == KILL_AT_CALL || this == KILL;
    }
  }

  /** Whether it happens where something is read, which may be tried again without a word. */
  boolean reads() {
    return call.equals("read") || call.equals("reading");
  }

  /** One that the library does not do. */
  static Fault of(Kind kind, String pattern) {
    return new Fault(kind, "", pattern, Optional.empty());
  }

  /** One at a system call. */
  static Fault at(Kind kind, CallPoint point, long nth, String action) {
    return new Fault(
        kind,
        point.call(),
        point.pattern(),
        Optional.of("%s %s %d %s".formatted(point.call(), point.pattern(), nth, action)));
  }
}
