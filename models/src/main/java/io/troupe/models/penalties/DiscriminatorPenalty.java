package io.troupe.models.penalties;

import io.troupe.config.RunSettings;
import java.util.Optional;

/** A kind of penalty of the discriminator. */
@FunctionalInterface
public interface DiscriminatorPenalty {
  /** The penalty that the settings want; empty if they want none of this kind. */
  Optional<Penalty> of(RunSettings.Training settings, PenaltyContext context);
}
