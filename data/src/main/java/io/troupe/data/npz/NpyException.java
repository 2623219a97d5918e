package io.troupe.data.npz;

import java.io.IOException;

/** A file of arrays that cannot be used; the message says what was found and what is expected. */
public final class NpyException extends IOException {
  private static final long serialVersionUID = 1L;

  NpyException(String message) {
    super(message);
  }

  NpyException(String message, Throwable cause) {
    super(message, cause);
  }
}
