package io.troupe.data;

import java.io.IOException;

/**
 * A file that is there and is no usable image: damaged, incomplete, too large or of another kind.
 * Unlike other failures of reading, this one will happen again next time.
 */
final class ImageException extends IOException {
  private static final long serialVersionUID = 1L;

  ImageException(String message) {
    super(message);
  }

  ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
