package io.troupe.data.fetch;

/** A download that failed; the message tells the user what failed, where, and what to do. */
public final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  FetchException(String message) {
    super(message);
  }

  FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
