package io.troupe.metrics.dl4j;

/** Settings in messages, which those read who give options too. */
final class Setting {
  private Setting() {}

  /** What to set. */
  static String named(String name) {
    return "evaluation.%s (--%s)".formatted(name, name);
  }
}
