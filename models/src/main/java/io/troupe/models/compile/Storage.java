package io.troupe.models.compile;

/**
 * Memory that one or, by views and in-place operations, several values lie in: either planned for
 * the steps between its first and its last use, or lent by others.
 */
final class Storage {
  private final boolean planned;
  private final int first;
  private int last;

  private Storage(boolean planned, int first) {
    this.planned = planned;
    this.first = first;
    this.last = first;
  }

  /** Memory that belongs to someone else. */
  static Storage lent() {
    return new Storage(false, 0);
  }

  /** Memory of the arena, first written at a step. */
  static Storage planned(int first) {
    return new Storage(true, first);
  }

  /** Whether it is the arena's. */
  boolean isPlanned() {
    return planned;
  }

  /** Notes that the memory is needed at a step. */
  void needAt(int step) {
    last = Math.max(last, step);
  }

  /** The last step that needs it, as far as noted. */
  int last() {
    return last;
  }

  /** Its life. */
  MemoryPlan.Block block(long size) {
    return new MemoryPlan.Block(size, first, last);
  }
}
