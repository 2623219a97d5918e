package io.troupe.data;

/**
 * An image that cannot be read now and may be readable again soon. The caller should ask for the
 * same image again after a while, until it gets it or another exception.
 */
public final class DatasetAwayException extends DatasetException {
  private static final long serialVersionUID = 1L;

  DatasetAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
