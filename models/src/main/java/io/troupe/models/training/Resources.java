package io.troupe.models.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Resources that belong together: whoever makes them hands them over here, and closes all at once.
 */
final class Resources implements AutoCloseable {
  private final List<AutoCloseable> owned = new ArrayList<>();

  /** Takes a resource; returns it. */
  <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  /** Closes the last first; if some fail, the rest are closed and the first failure is thrown. */
  @Override
  public void close() {
    closeInReverse(owned);
    owned.clear();
  }

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
