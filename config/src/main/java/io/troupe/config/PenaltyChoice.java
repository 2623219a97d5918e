package io.troupe.config;

/** A kind of penalty of the discriminator, which reads from the settings whether it is wanted. */
public interface PenaltyChoice {
  /** Its name, in kebab-case, e.g. {@code gradient-penalty}. */
  String name();
}
