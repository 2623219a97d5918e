package io.troupe.extending;

import io.troupe.config.TrainingSettings;
import io.troupe.models.penalties.DiscriminatorPenalty;
import io.troupe.models.penalties.LazyGradientPenalty;
import io.troupe.models.penalties.Penalty;
import io.troupe.models.penalties.PenaltyContext;
import java.util.Optional;

/** R2 (Mescheder et al., 2018): the gradient penalty on generated images, in every second step. */
public final class FakeGradientPenalty implements DiscriminatorPenalty {
  @Override
  public String name() {
    return "fake-gradient-penalty";
  }

  @Override
  public Optional<Penalty> of(TrainingSettings settings, PenaltyContext context) {
    return Optional.of(
        new LazyGradientPenalty(
            "fake_gradient_penalty",
            any -> new TrainingSettings.GradientPenalty(0.5, 0, 2),
            settings,
            context.fakeLogits(),
            context.fake(),
            context));
  }
}
