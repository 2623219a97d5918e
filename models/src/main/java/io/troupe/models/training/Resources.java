package io.troupe.models.training;

import java.util.List;

/** Closing of several resources. */
final class Resources {
  private Resources() {}

  /** Closes the last first; if some fail, the rest are closed and the first failure is thrown. */
  static void closeInReverse(List<? extends AutoCloseable> resources) {
    RuntimeException failure = null;
    for (int i = resources.size() - 1; i >= 0; i--) {
      try {
        resources.get(i).close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("cannot free " + resources.get(i), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
