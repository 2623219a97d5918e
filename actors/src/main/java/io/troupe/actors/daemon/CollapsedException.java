package io.troupe.actors.daemon;

/** Training has collapsed, by a sign that the settings want the run to go back for. */
final class CollapsedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CollapsedException(String reason) {
    super(reason);
  }
}
