package io.troupe.config;

/** Where a part reports what it finds wrong with settings, so that all is told at once. */
public interface SettingsProblems {
  /** Whether one of the keys has a problem already: what a rule says of it would mislead. */
  boolean concern(String... anyOf);

  /**
   * Reports a problem.
   *
   * @param key whose place in files or options is named
   * @param text what was found, and what is allowed
   */
  void report(String key, String text);
}
