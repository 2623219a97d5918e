package io.troupe.config;

import java.util.Set;

/** What settings know of a family of networks. */
public interface NetworkChoice {
  /** Its name in {@code network.kind}, in kebab-case, e.g. {@code biggan}. */
  String name();

  /**
   * The keys and sections of the section {@code network} that it reads besides {@code kind} and the
   * sizes that all have, e.g. {@code batch-norm-epsilon}. A change of any other one is refused.
   */
  Set<String> settings();

  /**
   * Whether the generator makes images of styles, which style mixing, path length regularisation
   * and updates by regularisers alone need, and which truncation draws to their mean.
   */
  default boolean hasStyles() {
    return false;
  }

  /**
   * Reports what of the settings does not fit together in these networks.
   *
   * @param settings with {@code network.kind} of this name
   */
  default void check(RunSettings settings, SettingsProblems problems) {}
}
