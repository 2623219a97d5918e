package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import java.util.Optional;

/** The gradient penalty on real images, of which R1 is one. */
public final class RealGradientPenalty implements DiscriminatorPenalty {
  @Override
  public String name() {
    return "gradient-penalty";
  }

  @Override
  public Optional<Penalty> of(TrainingSettings settings, PenaltyContext context) {
    return settings.gradientPenalty().weight() == 0
        ? Optional.empty()
        : Optional.of(
            new LazyGradientPenalty(
                "gradient_penalty",
                TrainingSettings::gradientPenalty,
                settings,
                context.realLogits(),
                context.real(),
                context));
  }
}
