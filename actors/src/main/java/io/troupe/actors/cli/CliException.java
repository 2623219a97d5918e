package io.troupe.actors.cli;

/** A command that failed, in words for the person who gave it. */
final class CliException extends Exception {
  private static final long serialVersionUID = 1;

  CliException(String message) {
    super(message);
  }
}
