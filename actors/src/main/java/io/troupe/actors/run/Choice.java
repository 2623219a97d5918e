package io.troupe.actors.run;

/**
 * A setting that was decided where a run begins or goes on.
 *
 * @param key such as {@code compute.precision}
 * @param to its value
 * @param because why, in a sentence
 */
public record Choice(String key, String to, String because) {
  /** As for people, e.g. {@code training.micro-batch = 32: ...}. */
  @Override
  public String toString() {
    return "%s = %s: %s".formatted(key, to, because);
  }
}
