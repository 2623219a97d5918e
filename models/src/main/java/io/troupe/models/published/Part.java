package io.troupe.models.published;

/** Which of two networks. */
public enum Part {
  /** Makes pictures. */
  GENERATOR,
  /** Tells them from real ones. */
  DISCRIMINATOR
}
