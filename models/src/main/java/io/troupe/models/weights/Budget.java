package io.troupe.models.weights;

import java.io.IOException;

/** What reading the instructions of a file may cost in all, those of files within it too. */
final class Budget {
  /** Bytes of instructions; raw numbers do not count. */
  static final int MOST_BYTES = 1 << 23;

  private static final int MOST_DEPTH = 2;

  private long left = MOST_BYTES;
  private int depth;

  long left() {
    return left;
  }

  /** One more byte is read. */
  void spend() throws IOException {
    if (--left < 0) {
      throw new IOException("it is longer than any file of weights needs");
    }
  }

  /** A file within the file begins. */
  void enter() throws IOException {
    if (++depth > MOST_DEPTH) {
      throw new IOException("it has files within files within files");
    }
  }

  /** It ends. */
  void leave() {
    depth--;
  }
}
