package io.troupe.data;

/**
 * A picture that cannot be read now, and may be readable again soon. Who hears this asks for the
 * same picture again after a while, until it is there or the dataset gives another answer.
 */
public final class DatasetAwayException extends DatasetException {
  private static final long serialVersionUID = 1L;

  DatasetAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
