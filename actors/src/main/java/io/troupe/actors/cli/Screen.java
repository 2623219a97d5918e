package io.troupe.actors.cli;

import java.util.OptionalInt;

/** The terminal that the launcher found. */
final class Screen {
  private Screen() {}

  /** How many characters fit beside each other; empty if the output is no terminal. */
  static OptionalInt columns() {
    return positive("troupe.columns");
  }

  /** How many lines it has; empty if the output is no terminal. */
  static OptionalInt rows() {
    return positive("troupe.rows");
  }

  private static OptionalInt positive(String property) {
    int value = Integer.getInteger(property, 0);
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }
}
