package io.troupe.models.penalties;

import io.troupe.config.Parts;
import io.troupe.config.PenaltyChoice;
import io.troupe.config.TrainingSettings;
import java.util.Optional;
import java.util.stream.Stream;

/** A kind of penalty of the discriminator. */
public interface DiscriminatorPenalty extends PenaltyChoice {
  /** All kinds, in the order in which they are computed. */
  static Stream<DiscriminatorPenalty> all() {
    return Parts.penalties().stream().map(DiscriminatorPenalty.class::cast);
  }

  /** The penalty that the settings want; empty if they want none of this kind. */
  Optional<Penalty> of(TrainingSettings settings, PenaltyContext context);
}
