package io.troupe.config;

/** What settings know of a loss. */
public interface LossChoice {
  /** Its name in {@code training.loss}, in kebab-case, e.g. {@code hinge}. */
  String name();
}
