package io.troupe.actors.loop;

/** An actor of the training loop failed, and the loop with it. */
final class LoopFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LoopFailedException(String actor, Throwable cause) {
    super(actor + " failed: " + cause.getMessage(), cause);
  }
}
