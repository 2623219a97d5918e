package io.troupe.data;

import java.io.IOException;

/**
 * A file that is there and is no usable picture: damaged, incomplete, too large or of another kind.
 * It will be so again the next time, unlike other failures of reading.
 */
final class PictureException extends IOException {
  private static final long serialVersionUID = 1L;

  PictureException(String message) {
    super(message);
  }

  PictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
