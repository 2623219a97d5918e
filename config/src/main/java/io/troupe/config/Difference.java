package io.troupe.config;

/**
 * A key with another value than before.
 *
 * @param from the old value as HOCON
 * @param to the new value as HOCON
 */
public record Difference(String key, String from, String to) {
  /** As for people, e.g. {@code training.batch: 32 -> 64}. */
  @Override
  public String toString() {
    return "%s: %s -> %s".formatted(key, from, to);
  }
}
