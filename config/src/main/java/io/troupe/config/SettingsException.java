package io.troupe.config;

import java.util.List;

/**
 * Settings that cannot be used. The message is meant for a person at a terminal: one line for each
 * problem, which names the place, the key, what was found and what is allowed.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // always an immutable list of the JDK, which is serializable
  private final List<String> problems;

  /**
   * All problems of one load.
   *
   * @param problems at least one, each a line
   */
  public SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, one line each, in the order in which they were found; never empty. */
  public List<String> problems() {
    return problems;
  }
}
