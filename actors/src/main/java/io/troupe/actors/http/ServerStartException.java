package io.troupe.actors.http;

/** A server cannot listen; says why, and what to do. */
public final class ServerStartException extends Exception {
  private static final long serialVersionUID = 1;

  ServerStartException(String message) {
    super(message);
  }

  ServerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
