package io.troupe.data;

/**
 * A dataset that cannot be used. The message says which file, where in it, what was found, what was
 * expected, and what to do.
 */
public class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatasetException(String message) {
    super(message);
  }

  DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
