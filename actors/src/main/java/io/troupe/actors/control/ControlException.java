package io.troupe.actors.control;

/** A daemon that cannot be asked or that refuses, in words for the person who asked. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a message that says what is wrong and what to do. */
  public ControlException(String message) {
    super(message);
  }

  /** With a cause. */
  public ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
