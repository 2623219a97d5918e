package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import java.util.List;
import java.util.Optional;

/**
 * The gradient penalty of the settings: on real images, of which R1 is one, or on generated ones
 * too, as R1 and R2 together, in one pass.
 */
public final class ImageGradientPenalty implements DiscriminatorPenalty {
  @Override
  public String name() {
    return "gradient-penalty";
  }

  @Override
  public Optional<Penalty> of(TrainingSettings settings, PenaltyContext context) {
    TrainingSettings.GradientPenalty wanted = settings.gradientPenalty();
    if (wanted.weight() == 0) {
      return Optional.empty();
    }
    boolean both = wanted.images() == TrainingSettings.PenalisedImages.BOTH;
    return Optional.of(
        new LazyGradientPenalty(
            "gradient_penalty",
            TrainingSettings::gradientPenalty,
            settings,
            both ? context.allLogits() : context.realLogits(),
            both ? List.of(context.real(), context.fake()) : List.of(context.real()),
            context));
  }
}
